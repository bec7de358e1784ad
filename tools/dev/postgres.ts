import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PostgresInfo, PostgresOptions } from './embedded-postgres';
import { hold, root } from './keeping';

/** A PostgreSQL to work with, for as long as this process lives or until it leaves. */
export interface Postgres {
  /** A superuser's, or whatever DATABASE_URL says. */
  readonly url: string;
  /** Whether this checkout started it. */
  readonly ours: boolean;
  /** Where it is ours, resolves when the last user's leaving has stopped it; otherwise at once. */
  leave(): Promise<void>;
}

/** A PostgreSQL of the caller's own, to be stopped and killed at will. */
export interface PrivatePostgres extends Postgres {
  /** As an operator would: sessions end, data is safe. */
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Again, on the same port and data. */
  start(): Promise<void>;
}

/**
 * The development server: DATABASE_URL where it is set, otherwise PostgreSQL from npm with its data in `.data/postgres`,
 * shared by all processes of this checkout. Its port is remembered beside the data; BANYAN_POSTGRES_PORT sets another.
 * @throws Error one sentence, when the port or the data folder is in foreign use
 */
export async function developmentPostgres(): Promise<Postgres> {
  const given = process.env.DATABASE_URL;
  if (given) return { url: given, ours: false, leave: async () => undefined };
  const port = process.env.BANYAN_POSTGRES_PORT ? Number(process.env.BANYAN_POSTGRES_PORT) : undefined;
  const held = await hold<PostgresInfo>({
    server: 'postgres',
    folder: join(root, '.data', 'postgres'),
    options: { port } satisfies PostgresOptions,
  });
  return { url: held.info.url, ours: true, leave: () => held.leave() };
}

/**
 * A fresh server on a free port, gone without a trace when its user has left or died.
 * `durable` (Default: false) keeps fsync on, for measurements.
 */
export async function privatePostgres({ durable = false } = {}): Promise<PrivatePostgres> {
  const held = await hold<PostgresInfo>({
    server: 'postgres',
    folder: join(tmpdir(), `banyan-postgres-${randomBytes(6).toString('hex')}`),
    ephemeral: true,
    options: { port: 0, durable } satisfies PostgresOptions,
  });
  const act = async (name: string): Promise<void> => void (await held.act(name));
  return {
    url: held.info.url,
    ours: true,
    leave: () => held.leave(),
    stop: () => act('stop'),
    kill: () => act('kill'),
    start: () => act('start'),
  };
}
