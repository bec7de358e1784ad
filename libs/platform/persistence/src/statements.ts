import { type ClientBase, escapeIdentifier, escapeLiteral, type QueryResult } from 'pg';

/** A statement that each connection prepares once, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Names a statement of a hot path, so that PostgreSQL plans it once per connection. Names are unique in a context. */
export const statement = (name: string, text: string): Statement => ({ name, text });

/** A prepared statement with its parameters, to travel together with others. */
export interface Execution extends Statement {
  readonly parameters: readonly (string | number)[];
}

/** What a connection has prepared here, under names of its present generation. */
interface Prepared {
  readonly generation: number;
  readonly names: ReadonlySet<string>;
}

const prepared = new WeakMap<ClientBase, Prepared>();

/**
 * Runs statements in one round trip; after one that fails none of the others runs. Resolves with the result of each.
 * Round trips are what short transactions are made of: see docs/benchmarks.md.
 */
export async function together(
  client: ClientBase,
  ...parts: readonly (string | Execution)[]
): Promise<QueryResult[]> {
  const { generation, names } = prepared.get(client) ?? { generation: 1, names: new Set<string>() };
  const fresh: string[] = [];
  let text = '';
  for (const part of parts) {
    if (typeof part === 'string') text += `${part};`;
    else {
      // Names that pg gives to its own prepared statements have no suffix.
      const name = escapeIdentifier(`${part.name} together ${generation}`);
      if (!names.has(part.name) && !fresh.includes(part.name)) {
        text = `PREPARE ${name} AS ${part.text};${text}`;
        fresh.push(part.name);
      }
      text += `EXECUTE ${name} (${part.parameters.map(literal).join(',')});`;
    }
  }
  try {
    const results = [await client.query(text)].flat() as QueryResult[];
    if (fresh.length > 0) prepared.set(client, { generation, names: new Set([...names, ...fresh]) });
    return results.slice(fresh.length);
  } catch (error) {
    // How far it came is not known, and what was prepared outlives a rollback: begin again under other names.
    if (fresh.length > 0) prepared.set(client, { generation: generation + 1, names: new Set() });
    throw error;
  }
}

const literal = (value: string | number): string =>
  typeof value === 'number' ? String(value) : escapeLiteral(value);
