import type { ClientBase } from 'pg';

/** The rows of a context do not lie where it looks for them: they were moved, or are on their way. */
export class DataElsewhere extends Error {
  constructor(
    readonly context: string,
    reason: string,
  ) {
    super(`The data of ${context} ${reason}`);
    this.name = 'DataElsewhere';
  }
}

/** How rows are asked for, on any connection. */
export type Asking = (sql: string, parameters: string[]) => Promise<any[]>;

/** So, on a connection of pg. */
export const asking =
  (client: ClientBase): Asking =>
  async (sql, parameters) =>
    (await client.query(sql, parameters)).rows;

const CLOSED = 'closed: ';

/** What is noted of the place of a context's data, as its schema's comment. Anybody who can connect may ask. */
export async function noteOfPlace(context: string, query: Asking): Promise<string | undefined> {
  const [schema]: { description: string | null }[] = await query(
    `SELECT obj_description(oid, 'pg_namespace') AS description FROM pg_namespace WHERE nspname = $1`,
    [context],
  );
  return schema?.description ?? undefined;
}

/** What a note of a closed place says of the data, such as `were moved to …`; undefined of an open one. */
export const reasonOf = (note: string | undefined): string | undefined =>
  note?.startsWith(CLOSED) ? note.slice(CLOSED.length) : undefined;

/** @throws DataElsewhere when the place of a context's data is closed */
export async function refuseClosed(context: string, query: Asking): Promise<void> {
  const reason = reasonOf(await noteOfPlace(context, query));
  if (reason) throw new DataElsewhere(context, reason);
}

/** Whether somebody keeps whole tables of a context from being written, as while they are moved, or a migration alters them. */
export async function isLocked(context: string, query: Asking): Promise<boolean> {
  const [held] = await query(
    `SELECT 1 FROM pg_locks held JOIN pg_class c ON c.oid = held.relation JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND held.granted AND held.mode IN ('ExclusiveLock', 'AccessExclusiveLock') AND c.relkind IN ('r', 'p')
        AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database()) LIMIT 1`,
    [context],
  );
  return held !== undefined;
}

/**
 * Shuts everybody but the owner out of a context's schema, whatever they have in hand: its next statement fails. Rights in
 * the schema stay as they are. Wants an admin's or the owner's connection.
 */
export async function closePlace(client: ClientBase, context: string, reason: string): Promise<void> {
  const { rows } = await client.query<{ role: string }>(
    `SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END AS role
       FROM pg_namespace, aclexplode(nspacl) WHERE nspname = $1 AND grantee <> nspowner`,
    [context],
  );
  const schema = client.escapeIdentifier(context);
  const shutOut = rows.map(({ role }) => `REVOKE USAGE ON SCHEMA ${schema} FROM ${role};`);
  await client.query(
    `${shutOut.join(' ')} COMMENT ON SCHEMA ${schema} IS ${client.escapeLiteral(CLOSED + reason)}`,
  );
}

/** Lets a context's application role in again. */
export async function openPlace(
  client: ClientBase,
  context: string,
  application: string,
  note: string,
): Promise<void> {
  const schema = client.escapeIdentifier(context);
  await client.query(
    `GRANT USAGE ON SCHEMA ${schema} TO ${client.escapeIdentifier(application)};
     COMMENT ON SCHEMA ${schema} IS ${client.escapeLiteral(note)}`,
  );
}

/** Whether the schema of a context holds rows of its own: what preparing and idle processes note there does not count. False where there is no schema. */
export async function holdsRows(context: string, client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) AS name FROM pg_tables
      WHERE schemaname = $1 AND tablename NOT IN ('migrations', 'subscriptions', 'context_state', 'inbox_instances')`,
    [context],
  );
  for (const { name } of rows) {
    const { rowCount } = await client.query(`SELECT 1 FROM ${name} LIMIT 1`);
    if (rowCount) return true;
  }
  return false;
}
