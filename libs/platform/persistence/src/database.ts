import { Injectable, Logger } from '@nestjs/common';
import { SeamMisuse } from '@banyan/contracts';
import { Client, type Pool, type PoolClient } from 'pg';
import { DataSource, type EntityManager, type EntitySchema } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver';
import { HeardClient, oneAtATime, sessionOptions, tellLoss } from './connections';
import { asking, DataElsewhere, isLocked, noteOfPlace, reasonOf } from './place';
import { PooledTransaction } from './pooled-transaction';
import { type Execution, type Statement, together } from './statements';
import {
  assertNoTransaction,
  assertTransactionsAllowed,
  currentTransaction,
  type RunningTransaction,
  Transaction,
  withTransaction,
} from './transaction';
import { isCancelled, isConnectionLoss, isShutOut, DatabaseUnavailable } from './unavailable';

export interface DatabaseSettings {
  /** Name of the context, and of its schema. */
  readonly context: string;
  /** Where it lies, with the application role's credentials. */
  readonly url: string;
  /** Rows that TypeORM maps. (Default: none) */
  readonly tables?: readonly EntitySchema[];
  /** Most connections at a time. (Default: 8) */
  readonly poolSize?: number;
  /** A statement that runs longer is cancelled. (Default: 30000) */
  readonly statementTimeoutMs?: number;
}

/** What the place of the data tells of why a statement failed. */
interface LookAtPlace {
  readonly elsewhere?: DataElsewhere;
  /** Whether somebody keeps whole tables from being written. */
  readonly locked: boolean;
}

/** A connection outside the pool, for session locks and LISTEN. `end` gives up what it holds. */
export type Session = Client;

/**
 * A context's own database: its pool, its TypeORM DataSource and the ambient transaction.
 * Made disconnected; `connect` may be called again until it succeeds.
 */
@Injectable()
export class Database extends Transaction {
  readonly context: string;
  readonly dataSource: DataSource;
  private readonly logger = new Logger(Database.name);
  private connecting?: Promise<void>;
  private withdrawn?: Error;
  /** Whether the place is closed, while that is asked. */
  private looking?: Promise<LookAtPlace>;

  constructor(private readonly settings: DatabaseSettings) {
    super();
    const { context, url, poolSize = 8, tables = [], statementTimeoutMs = 30_000 } = settings;
    this.context = context;
    this.dataSource = new DataSource({
      type: 'postgres',
      url,
      schema: context,
      applicationName: `banyan ${context}`,
      entities: [...tables],
      poolSize,
      installExtensions: false,
      connectTimeoutMS: 5_000,
      poolErrorHandler: (error: Error) =>
        this.logger.warn(`${context}: a pooled connection was lost: ${error.message}`),
      extra: {
        Client: HeardClient,
        keepAlive: true,
        idleTimeoutMillis: 30_000,
        query_timeout: statementTimeoutMs + 5_000,
        options: sessionOptions(context, {
          statement_timeout: statementTimeoutMs,
          idle_in_transaction_session_timeout: 60_000,
        }),
      },
    });
    tellLoss(this.dataSource, (error) => this.told(error));
  }

  get poolSize(): number {
    return this.settings.poolSize ?? 8;
  }

  get url(): string {
    return this.settings.url;
  }

  /** Whether `connect` has succeeded. The server may still go away later. */
  get available(): boolean {
    return this.dataSource.isInitialized;
  }

  /** @throws DatabaseUnavailable when the server does not answer; call it again later. */
  async connect(): Promise<void> {
    if (this.dataSource.isInitialized) return;
    this.connecting ??= this.dataSource
      .initialize()
      .then(() => undefined)
      .finally(() => (this.connecting = undefined));
    try {
      await this.connecting;
    } catch (error) {
      throw new DatabaseUnavailable(this.context, error);
    }
  }

  /** From now on every use throws `DatabaseUnavailable` with this reason: another process has taken the context over. */
  withdraw(reason: Error): void {
    this.withdrawn = reason;
  }

  async close(): Promise<void> {
    await this.connecting?.catch(() => undefined);
    if (this.dataSource.isInitialized) await this.dataSource.destroy();
  }

  /** TypeORM's entity manager of the running transaction, otherwise one outside any. */
  get manager(): EntityManager {
    const transaction = this.ownTransaction();
    if (transaction) return transaction.manager;
    this.pool();
    return this.dataSource.manager;
  }

  /**
   * Rows of one statement, in the running transaction or on a connection of the pool. The search path is the schema.
   * One with a name is prepared once per connection.
   * @throws DatabaseUnavailable while the server is away.
   */
  async query<Row = Record<string, unknown>>(
    sql: string | Statement,
    parameters: readonly unknown[] = [],
  ): Promise<Row[]> {
    const on: Pool | PoolClient = this.ownTransaction()?.client ?? this.pool();
    try {
      return (await on.query(sql as string, parameters as unknown[])).rows as Row[];
    } catch (error) {
      throw await this.told(error);
    }
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const outer = this.ownTransaction();
    if (!outer) return this.begin(work);
    try {
      return await work();
    } catch (error) {
      outer.doom ??= error;
      throw error;
    }
  }

  /**
   * As `run`, for a transaction of its own, with a first statement that travels together with BEGIN: `work` is given its rows.
   * @throws SeamMisuse inside any transaction.
   */
  async runFrom<Row, T>(first: Execution, work: (rows: Row[]) => Promise<T>): Promise<T> {
    assertNoTransaction('A transaction was begun');
    return this.begin(work, first);
  }

  /** A direct connection of its own, with keepalives short enough to notice a lost host in seconds. The caller ends it. */
  async session(purpose: string): Promise<Session> {
    const client = new Client({
      connectionString: this.settings.url,
      application_name: `banyan ${this.context} ${purpose}`,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      // Nothing on it waits: no answer means that the host is gone.
      query_timeout: 10_000,
      options: sessionOptions(this.context, {
        tcp_keepalives_idle: 5,
        tcp_keepalives_interval: 2,
        tcp_keepalives_count: 3,
      }),
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      throw new DatabaseUnavailable(this.context, error);
    }
    return oneAtATime(client);
  }

  /** @throws DataElsewhere when the context's rows were moved away from here, or are not all here yet */
  async refuseClosed(): Promise<void> {
    const { elsewhere } = await this.lookAtPlace();
    if (elsewhere) throw elsewhere;
  }

  private async told(error: unknown): Promise<unknown> {
    if (isConnectionLoss(error)) return new DatabaseUnavailable(this.context, error);
    if (!isShutOut(error) && !isCancelled(error)) return error;
    this.looking ??= this.lookAtPlace().finally(() => (this.looking = undefined));
    const { elsewhere, locked } = await this.looking.catch((): LookAtPlace => ({ locked: false }));
    const reason =
      elsewhere ??
      (locked && isCancelled(error)
        ? new Error('its tables are locked for longer than is waited')
        : undefined);
    return reason ? new DatabaseUnavailable(this.context, reason) : error;
  }

  /** On a connection of its own: those of the pool may all be held by who asks this. */
  private async lookAtPlace(): Promise<LookAtPlace> {
    const session = await this.session('place');
    const query = asking(session);
    try {
      const reason = reasonOf(await noteOfPlace(this.context, query));
      const elsewhere = reason === undefined ? undefined : new DataElsewhere(this.context, reason);
      return { elsewhere, locked: await isLocked(this.context, query) };
    } finally {
      await session.end().catch(() => undefined);
    }
  }

  private ownTransaction(): RunningTransaction | undefined {
    const transaction = currentTransaction();
    if (transaction && transaction.context !== this.context) {
      throw new SeamMisuse(
        `${this.context} was used inside a transaction of ${transaction.context}; no transaction spans contexts`,
      );
    }
    return transaction;
  }

  private pool(): Pool {
    if (this.withdrawn) throw new DatabaseUnavailable(this.context, this.withdrawn);
    if (!this.dataSource.isInitialized)
      throw new DatabaseUnavailable(this.context, new Error('not connected yet'));
    return (this.dataSource.driver as PostgresDriver).master as Pool;
  }

  private async begin<Row, T>(work: (rows: Row[]) => Promise<T>, first?: Execution): Promise<T> {
    assertTransactionsAllowed();
    const pool = this.pool();
    let client: PoolClient;
    try {
      client = await pool.connect();
    } catch (error) {
      throw new DatabaseUnavailable(this.context, error);
    }
    let lost: Error | undefined;
    const noticeLoss = (error: Error) => (lost = error);
    client.on('error', noticeLoss);
    const transaction = new PooledTransaction(this.context, client, this.dataSource);
    try {
      const begun = first ? await together(client, 'BEGIN', first) : [await client.query('BEGIN')];
      const { value, last } = await withTransaction(transaction, async () => {
        const value = await work((begun.at(-1)?.rows ?? []) as Row[]);
        if (transaction.doom !== undefined) throw transaction.doom;
        const last = await transaction.conclude();
        return { value, last: [...(last ? [last] : []), ...transaction.withCommit] };
      });
      // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK, and no error.
      const committed = await together(client, ...last, 'COMMIT');
      if (committed.at(-1)?.command !== 'COMMIT') {
        throw new Error(
          `${this.context}: the transaction was rolled back, because an error of one of its statements was caught and ignored`,
        );
      }
      for (const then of transaction.afterCommit) then();
      return value;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure: Error) => (lost = failure));
      throw await this.told(error);
    } finally {
      transaction.end();
      client.off('error', noticeLoss);
      client.release(lost);
    }
  }
}
