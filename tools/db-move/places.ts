import { databaseVariable, placeName } from '@banyan/persistence';
import { randomInt } from 'node:crypto';
import { Client } from 'pg';

/** A database in which the data of a context lie, or are to. */
export interface Place {
  /** With credentials of who may prepare it. */
  readonly admin: string;
  /** With those of the context's application role. */
  readonly application: string;
}

/** The data cannot be moved as asked. Nothing has changed, but what the message says. */
export class MoveRefused extends Error {}

/** Rows read alike on any server, and nothing is cut short. */
const SETTINGS = `
  SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET extra_float_digits = 1;
  SET bytea_output = 'hex'; SET client_encoding = 'UTF8'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0`;

/** @throws MoveRefused naming the server, when it cannot be reached */
export async function connected(url: string): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: 'banyan move',
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new MoveRefused(`${placeName(url)} cannot be reached: ${(error as Error).message}`, {
      cause: error,
    });
  }
  await client.query(SETTINGS);
  return client;
}

const NO_SUCH_DATABASE = '3D000';

/** Makes the database of an administrator's address, where there is none. */
export async function makeDatabase(url: string): Promise<void> {
  const client = await connected(url).catch(async (error: Error) => {
    if ((error.cause as { code?: string } | undefined)?.code !== NO_SUCH_DATABASE) throw error;
    const server = await connected(Object.assign(new URL(url), { pathname: '/postgres' }).href);
    const name = decodeURIComponent(new URL(url).pathname.slice(1));
    await server.query(`CREATE DATABASE ${server.escapeIdentifier(name)}`).finally(() => server.end());
    return undefined;
  });
  await client?.end();
}

/** Roles are of the server: where both places are on one, to set a password would keep the context's processes out at once. */
export async function refuseOtherPassword(
  source: Client,
  target: Client,
  context: string,
  from: Place,
  to: Place,
): Promise<void> {
  const started = (client: Client) =>
    client
      .query<{ at: string }>('SELECT pg_postmaster_start_time()::text AS at')
      .then(({ rows }) => rows[0]!.at);
  if ((await started(source)) !== (await started(target))) return;
  const [one, other] = [new URL(from.application), new URL(to.application)];
  if (one.username !== other.username || one.password === other.password) return;
  throw new MoveRefused(
    `Both databases are on one server, where ${one.username} can have one password only: give ${databaseVariable(context)} the one that processes use now`,
  );
}

/** Two addresses may be of one database. A lock that one session holds there, another cannot have. */
export async function refuseOnePlace(source: Client, target: Client, { admin }: Place): Promise<void> {
  const lock = [randomInt(2 ** 31), randomInt(2 ** 31)];
  await source.query('SELECT pg_advisory_lock($1, $2)', lock);
  const { rows } = await target.query<{ free: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS free', lock);
  if (!rows[0]!.free)
    throw new MoveRefused(`Both addresses are of ${placeName(admin)}: there is nowhere to move`);
  await Promise.all(
    [source, target].map((client) => client.query('SELECT pg_advisory_unlock($1, $2)', lock)),
  );
}
