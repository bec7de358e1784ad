import { SeamMisuse } from '@banyan/contracts';
import type { PoolClient } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { type Execution, together } from './statements';
import type { RunningTransaction } from './transaction';

/** A transaction on a connection of the pool. */
export class PooledTransaction implements RunningTransaction {
  doom?: unknown;
  readonly beforeCommit: (() => Promise<Execution | void>)[] = [];
  readonly withCommit: Execution[] = [];
  readonly afterCommit: (() => void)[] = [];
  readonly notes = new Map<symbol, unknown>();
  private entityManager?: EntityManager;
  private ended = false;

  constructor(
    readonly context: string,
    private readonly pooled: PoolClient,
    private readonly dataSource: DataSource,
  ) {}

  /** @throws SeamMisuse once the transaction has ended: work that nobody awaited must not reach another's connection. */
  get client(): PoolClient {
    if (this.ended)
      throw new SeamMisuse(
        `A transaction of ${this.context} was used after it had ended; await everything inside run()`,
      );
    return this.pooled;
  }

  /** Does what was left for the end, but for the very last statement, which is returned: it travels together with COMMIT. */
  async conclude(): Promise<Execution | undefined> {
    let last: Execution | undefined;
    for (const step of this.beforeCommit) {
      if (last) await together(this.client, last);
      last = (await step()) ?? undefined;
    }
    return last;
  }

  end(): void {
    this.ended = true;
  }

  /** Made on first use: most message handlers need none. TypeORM joins this transaction, with savepoints below it. */
  get manager(): EntityManager {
    if (!this.entityManager) {
      const runner = this.dataSource.createQueryRunner();
      const client = this.client;
      Object.assign(runner, {
        connect: () => Promise.resolve(client),
        isTransactionActive: true,
        transactionDepth: 1,
      });
      this.entityManager = runner.manager;
    }
    return this.entityManager;
  }
}
