import { Client, type ClientConfig } from 'pg';
import type { DataSource } from 'typeorm';

/**
 * A connection that the server ends while nobody has its error event in hand, as between being ready and being handed out,
 * must not end the process. Whoever uses it next is told.
 */
export class HeardClient extends Client {
  constructor(options?: ClientConfig) {
    super(options);
    this.on('error', () => undefined);
  }
}

/** Has statements wait for each other here, whoever sends them: pg will not queue them itself for much longer. */
export function oneAtATime(client: Client): Client {
  const query = client.query.bind(client) as unknown as (...statement: unknown[]) => Promise<unknown>;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = (...statement: unknown[]): Promise<unknown> => {
    const run = () => query(...statement);
    const result = last.then(run);
    last = result.catch(() => undefined);
    return result;
  };
  return Object.assign(client, { query: inTurn });
}

/** Lets what TypeORM does by itself fail as everything else here does. */
export function tellLoss(dataSource: DataSource, told: (error: unknown) => Promise<unknown>): void {
  const create = dataSource.createQueryRunner.bind(dataSource);
  const telling =
    <Arguments extends unknown[], Result>(act: (...given: Arguments) => Promise<Result>) =>
    (...given: Arguments) =>
      act(...given).catch(async (error: unknown) => {
        throw await told(error);
      });
  dataSource.createQueryRunner = (mode) => {
    const runner = create(mode);
    return Object.assign(runner, {
      connect: telling(runner.connect.bind(runner)),
      query: telling(runner.query.bind(runner)),
    });
  };
}

/** What a context's connections begin with: its schema as search path, and these settings. */
export function sessionOptions(context: string, settings: Record<string, number>): string {
  return [
    `search_path=${context},public`,
    ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
  ]
    .map((setting) => `-c ${setting}`)
    .join(' ');
}
