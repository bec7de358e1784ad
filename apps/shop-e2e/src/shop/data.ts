import { contextDatabaseUrl } from '@banyan/persistence';
import { testDatabase, type TestDatabase } from '@banyan/testing';
import { Pool } from 'pg';
import { CONTEXTS } from './placements';

export interface DataOptions {
  /** Each context has a database of its own. (Default: one database, in which each has a schema) */
  readonly apart?: boolean;
  /** Begins with a copy of what is in there. (Default: empty) */
  readonly like?: TestDatabase;
}

/** What a shop keeps, and a look at all of it, wherever it lies. */
export class Data {
  private readonly pool: Pool;

  private constructor(
    /** That of all contexts, or from which those of each are looked into. */
    readonly shared: TestDatabase,
    /** By context; none where all share one. */
    private readonly own: ReadonlyMap<string, TestDatabase>,
  ) {
    this.pool = new Pool({ connectionString: shared.url, max: 2 });
    this.pool.on('error', () => undefined);
  }

  static async make({ apart = false, like }: DataOptions = {}): Promise<Data> {
    const databases = (apart ? CONTEXTS : []).map(
      async (context) => [context, await testDatabase()] as const,
    );
    return new Data(await testDatabase({ like }), new Map(await Promise.all(databases)));
  }

  /** As the server's superuser. */
  get url(): string {
    return this.shared.url;
  }

  /** The address at which a context finds its data. */
  urlOf = (context: string): string =>
    contextDatabaseUrl(context, { DATABASE_URL: this.own.get(context)?.url ?? this.url });

  /** Whether each context has a database of its own. */
  get apart(): boolean {
    return this.own.size > 0;
  }

  /** Lets `sql` look into databases that are apart, once the contexts have made their tables. */
  async openWindows(): Promise<void> {
    if (!this.apart) return;
    await this.sql('CREATE EXTENSION IF NOT EXISTS postgres_fdw');
    for (const [context, { url, name }] of this.own) {
      const { hostname, port, username, password } = new URL(url);
      await this.sql(`
        CREATE SERVER "${context}" FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '${hostname}', port '${port}', dbname '${name}');
        CREATE USER MAPPING FOR CURRENT_USER SERVER "${context}" OPTIONS (user '${username}', password '${decodeURIComponent(password)}', password_required 'false');
        CREATE SCHEMA "${context}";
        IMPORT FOREIGN SCHEMA "${context}" FROM SERVER "${context}" INTO "${context}"`);
    }
  }

  async sql<Row extends object = any>(text: string, parameters: unknown[] = []): Promise<Row[]> {
    return (await this.pool.query<Row>(text, parameters)).rows;
  }

  /** Sessions of the shop's processes that the server still knows. */
  async sessions(): Promise<number> {
    const names = [this.shared, ...this.own.values()].map(({ name }) => name);
    const [row] = await this.sql<{ count: number }>(
      `SELECT count(*)::int FROM pg_stat_activity WHERE datname = ANY($1) AND usename LIKE '%\\_app'
          AND usename NOT LIKE 'payment\\_provider%'`,
      [names],
    );
    return row!.count;
  }

  /** Looks no more. */
  close = (): Promise<void> => this.pool.end();

  async drop(): Promise<void> {
    await this.close();
    await Promise.all([this.shared, ...this.own.values()].map((each) => each.drop()));
  }
}
