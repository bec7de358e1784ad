/** A step of a schema. Applied once per schema, in the order listed, each in a transaction of its own. */
export interface Migration {
  /** `0001-orders`; never changed once released. */
  readonly name: string;
  /** Statements run as the owner role with the schema as search path. */
  up(query: (sql: string) => Promise<void>): Promise<void>;
}

/** What preparing a context's database needs to know. */
export interface PreparedContext {
  readonly name: string;
  /** All migrations, the platform's first. */
  readonly migrations: readonly Migration[];
  /** PostgreSQL extensions that it relies on. (Default: none) */
  readonly extensions?: readonly string[];
}
