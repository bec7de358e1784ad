import type { ClientBase } from 'pg';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { MoveRefused } from './places';

/** A table of a schema, as it is copied. */
export interface Table {
  readonly name: string;
  /** Those that are stored as given, in the order of their names; PostgreSQL computes the others. */
  readonly columns: readonly string[];
  /** Columns with types and whatever else decides what a row may hold, for comparison. */
  readonly shape: string;
  /** Tables of the schema that its rows refer to. */
  readonly refersTo: readonly string[];
  readonly bytes: number;
}

/** How far a sequence has come. */
export interface Sequence {
  readonly name: string;
  readonly last: string;
  readonly called: boolean;
}

/** What a table holds: the number of its rows, and a sum over a hash of each, whatever order they lie in. */
export interface Digest {
  readonly rows: number;
  readonly sum: string;
}

/** Processes note of themselves in there, where they work; it is not moved. */
const NOT_MOVED = ['inbox_instances'];

/** The tables of a schema, those first that others refer to. @throws MoveRefused when they cannot be copied as rows */
export async function tablesOf(client: ClientBase, schema: string): Promise<Table[]> {
  const { rows: odd } = await client.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $1) AND relkind IN ('m', 'f')`,
    [schema],
  );
  if (odd.length > 0)
    throw new MoveRefused(
      `${odd.map(({ name }) => name).join(', ')} is a materialised view or a foreign table: remove it first, and make it anew where the data went`,
    );
  const { rows } = await client.query<Table>(
    `SELECT c.relname AS name, pg_total_relation_size(c.oid)::float8 AS bytes,
            (SELECT coalesce(json_agg(a.attname ORDER BY a.attname), '[]') FROM pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
            (SELECT string_agg(concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated), ', ' ORDER BY a.attname)
               FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS shape,
            (SELECT coalesce(json_agg(DISTINCT other.relname), '[]') FROM pg_constraint f JOIN pg_class other ON other.oid = f.confrelid
              WHERE f.conrelid = c.oid AND f.contype = 'f' AND other.oid <> c.oid) AS "refersTo"
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relkind = 'r' AND c.relname <> ALL($2) ORDER BY c.relname`,
    [schema, NOT_MOVED],
  );
  return inOrder(rows);
}

function inOrder(tables: readonly Table[]): Table[] {
  const placed = new Map<string, Table>();
  while (placed.size < tables.length) {
    const next = tables.filter(
      ({ name, refersTo }) => !placed.has(name) && refersTo.every((other) => placed.has(other)),
    );
    if (next.length === 0) {
      const rest = tables.filter(({ name }) => !placed.has(name)).map(({ name }) => name);
      throw new MoveRefused(
        `${rest.join(', ')} refer to each other in a circle, and none can be copied first: drop one of their foreign keys meanwhile`,
      );
    }
    for (const table of next) placed.set(table.name, table);
  }
  return [...placed.values()];
}

/** How far the sequences of a schema have come, by name. */
export async function sequencesOf(client: ClientBase, schema: string): Promise<Sequence[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relkind = 'S' ORDER BY 1`,
    [schema],
  );
  const sequences: Sequence[] = [];
  for (const { name } of rows) {
    const { rows: at } = await client.query<{ last: string; called: boolean }>(
      `SELECT last_value::text AS last, is_called AS called FROM ${qualified(client, schema, name)}`,
    );
    sequences.push({ name, ...at[0]! });
  }
  return sequences;
}

/** Brings the sequences of a schema as far. */
export async function setSequences(
  client: ClientBase,
  schema: string,
  sequences: readonly Sequence[],
): Promise<void> {
  for (const { name, last, called } of sequences)
    await client.query('SELECT setval($1::regclass, $2, $3)', [
      qualified(client, schema, name),
      last,
      called,
    ]);
}

/** Empties tables of a schema. */
export async function empty(client: ClientBase, schema: string, tables: readonly Table[]): Promise<void> {
  await client.query(`TRUNCATE ${tables.map(({ name }) => qualified(client, schema, name)).join(', ')}`);
}

/**
 * Copies the rows of a table as they are: no trigger of the context fires, and numbers that the database gave stay. Wants
 * a transaction on `to`.
 */
export async function copyTable(
  from: ClientBase,
  to: ClientBase,
  schema: string,
  { name, columns }: Table,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const table = qualified(from, schema, name);
  const listed = `${table} (${columns.map((column) => from.escapeIdentifier(column)).join(', ')})`;
  await to.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  await pipeline(
    from.query(copyTo(`COPY ${listed} TO STDOUT`)),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        onBytes(chunk.length);
        yield chunk;
      }
    },
    to.query(copyFrom(`COPY ${listed} FROM STDIN`)),
  );
  await to.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
}

/**
 * Reads a table whole, through a connection of `connected`. The hash, of 64 bits, is that by which PostgreSQL parts tables: the same in all
 * releases, on machines of one byte order.
 */
export async function digestOf(client: ClientBase, schema: string, { name }: Table): Promise<Digest> {
  const { rows } = await client.query<Digest>(
    `SELECT count(*)::float8 AS rows, coalesce(sum(hashtextextended(each::text, 0)), 0)::text AS sum
       FROM ${qualified(client, schema, name)} each`,
  );
  return rows[0]!;
}

/** A table's name as a statement needs it. */
export const qualified = (client: ClientBase, schema: string, name: string): string =>
  `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(name)}`;
