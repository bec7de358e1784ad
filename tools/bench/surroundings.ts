import { arch, cpus, totalmem, type } from 'node:os';
import { Client } from 'pg';

/** Where and when figures were taken. */
export interface Surroundings {
  readonly date: string;
  readonly machine: string;
  readonly node: string;
  readonly postgres: string;
  readonly fsync: boolean;
  readonly rounds: number;
  readonly roundMs: number;
}

export async function surroundings(server: string): Promise<Omit<Surroundings, 'rounds' | 'roundMs'>> {
  const client = new Client({ connectionString: server });
  await client.connect();
  const { rows } = await client.query<{ version: string; fsync: string }>(
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync`,
  );
  await client.end();
  const [cpu] = cpus();
  return {
    date: new Date().toISOString(),
    machine: `${cpus().length} × ${cpu?.model.trim() || 'core'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()} ${arch()}`,
    node: process.version,
    postgres: rows[0]?.version.split(' ')[0] ?? '',
    fsync: rows[0]?.fsync === 'on',
  };
}
