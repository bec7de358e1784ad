import { Database, DatabaseUnavailable, pendingMigrations, prepareDatabases } from '@banyan/persistence';
import fastify from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { Ledger } from './ledger';
import { ledger as migration } from './migrations';
import { type ProviderSettings, SCHEMA } from './provider-settings';
import { addRoutes } from './routes';

const ANSWER_WITHIN_MS = 1_000;

/** A provider at work. */
export interface Provider {
  /** Where it listens. */
  readonly url: string;
  /** Finishes what is in hand, closes everything. */
  stop(): Promise<void>;
}

/** Resolves when it listens; while its database is away it is not ready, and answers 503. @throws Error when the port is taken */
export async function startProvider(settings: ProviderSettings): Promise<Provider> {
  const database = new Database({ context: SCHEMA, url: settings.databaseUrl });
  const migrations = [migration];
  const app = fastify({ forceCloseConnections: 'idle', routerOptions: { maxParamLength: 1_000 } });
  addRoutes(app, {
    ledger: new Ledger(database, settings.ignoresKeys),
    slowMs: settings.slowMs,
    identity: settings.identity,
    problem: async () => {
      if (!database.available) return connecting;
      const pending = await pendingMigrations((sql) => database.query(sql), migrations).catch(
        (error: Error) => error.message,
      );
      if (typeof pending === 'string') return pending;
      return pending.length > 0 ? `migrations are missing: ${pending.join(', ')}` : undefined;
    },
  });

  let stopping = false;
  let connecting = 'it connects to its database';
  const connect = async (): Promise<void> => {
    while (!stopping) {
      try {
        if (settings.prepares) await prepareDatabases([{ name: SCHEMA, migrations }], settings.env);
        return await database.connect();
      } catch (error) {
        connecting = (error as Error).message;
        if (!(error instanceof DatabaseUnavailable))
          process.stderr.write(`payment-provider: ${connecting}\n`);
        await sleep(500, undefined, { ref: false });
      }
    }
  };

  const port = await listen(app, settings.port);
  const connected = connect();
  return {
    url: `http://localhost:${port}`,
    stop: async () => {
      stopping = true;
      // What is in hand is answered; clients that keep their connections would be waited for.
      const cutting = setTimeout(() => app.server.closeAllConnections(), settings.slowMs + ANSWER_WITHIN_MS);
      await app.close();
      clearTimeout(cutting);
      await connected;
      await database.close();
    },
  };
}

async function listen(app: ReturnType<typeof fastify>, port: number): Promise<number> {
  try {
    await app.listen({ port, host: '0.0.0.0' });
  } catch (error) {
    if ((error as { code?: string }).code !== 'EADDRINUSE') throw error;
    throw new Error(
      `Port ${port} is in use by another program; stop it, or set PAYMENT_PROVIDER_PORT to a free one`,
      { cause: error },
    );
  }
  return (app.server.address() as { port: number }).port;
}
