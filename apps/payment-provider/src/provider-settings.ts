import { contextDatabaseUrl, type DatabaseEnvironment } from '@banyan/persistence';

/** The provider's schema; its role is payment_provider_app, and can touch nothing else. */
export const SCHEMA = 'payment_provider';

/** What can be set from outside. */
export class ProviderSettings {
  /** 0 for any. */
  readonly port: number;
  readonly databaseUrl: string;
  /** Makes schema, role and tables at start, with the credentials of `DATABASE_URL`. */
  readonly prepares: boolean;
  /** Told by /health/live. */
  readonly identity: string | undefined;
  /** How long tok_slow takes. */
  readonly slowMs: number;
  /** Every PUT charges anew, whatever its key: to see whether anybody notices. */
  readonly ignoresKeys: boolean;

  /**
   * `PAYMENT_PROVIDER_PORT` or `PORT` (Default: 3010), `PAYMENT_PROVIDER_DATABASE_URL` or `DATABASE_URL`, `BANYAN_PREPARE=1`,
   * `PROVIDER_IDENTITY`, `PROVIDER_SLOW_MS` (Default: 2000), `PROVIDER_IGNORES_KEYS=1`.
   * @throws Error naming the variable that cannot be used; also for ignoring keys in production
   */
  constructor(readonly env: DatabaseEnvironment = process.env) {
    this.port = integer(env, env['PAYMENT_PROVIDER_PORT'] ? 'PAYMENT_PROVIDER_PORT' : 'PORT', 3010);
    this.databaseUrl = contextDatabaseUrl(SCHEMA, env);
    this.prepares = env['BANYAN_PREPARE'] === '1';
    this.identity = env['PROVIDER_IDENTITY'] || undefined;
    this.slowMs = integer(env, 'PROVIDER_SLOW_MS', 2_000);
    this.ignoresKeys = env['PROVIDER_IGNORES_KEYS'] === '1';
    if (this.ignoresKeys && env['NODE_ENV'] === 'production')
      throw new Error(
        'PROVIDER_IGNORES_KEYS charges people twice: it is for tests, and refused in production',
      );
  }
}

function integer(env: DatabaseEnvironment, name: string, otherwise: number): number {
  const text = env[name];
  if (!text) return otherwise;
  if (!/^\d{1,5}$/.test(text)) throw new Error(`${name} is "${text}"; write a whole number from 0 to 99999`);
  return Number(text);
}
