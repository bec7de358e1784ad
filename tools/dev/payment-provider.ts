import { createHash } from 'node:crypto';
import { Child } from './child';
import { root } from './keeping';
import { freePort, isFree } from './ports';

export const PROVIDER = 'payment-provider';

/** A payment provider to work with. */
export interface DevelopmentProvider {
  readonly url: string;
  /** Undefined where somebody else runs it. */
  readonly child?: Child;
}

/** Where the provider listens, unless that is in foreign use. */
export const providerPort = (env: NodeJS.ProcessEnv): number => Number(env.PAYMENT_PROVIDER_PORT || 3010);

/** Says whose it is: this checkout's, with its books in this database. Whoever serves finds it by that. */
export const providerIdentity = (databaseUrl: string): string =>
  createHash('sha256').update(`${root} ${databaseUrl}`).digest('hex').slice(0, 16);

/**
 * The provider that PAYMENT_PROVIDER_URL names; otherwise one that this checkout runs already; otherwise a new one, on
 * PAYMENT_PROVIDER_PORT (Default: 3010), or on any free port where 3010 is in foreign use.
 * @throws Error one sentence, when the port that was asked for is in foreign use
 */
export async function developmentProvider(
  env: NodeJS.ProcessEnv & { readonly DATABASE_URL: string },
): Promise<DevelopmentProvider> {
  if (env.PAYMENT_PROVIDER_URL) return { url: env.PAYMENT_PROVIDER_URL };
  const identity = providerIdentity(env.DATABASE_URL);
  let port = providerPort(env);
  if (!(await isFree(port))) {
    if ((await identityAt(port)) === identity) return { url: urlOf(port) };
    if (env.PAYMENT_PROVIDER_PORT)
      throw new Error(
        `Port ${port} is in use by another program: stop that one, or set PAYMENT_PROVIDER_PORT to a free port.`,
      );
    port = await freePort();
  }
  const child = new Child(`apps/${PROVIDER}/src/main.ts`, {
    ...env,
    BANYAN_PREPARE: '1',
    PROVIDER_IDENTITY: identity,
    PAYMENT_PROVIDER_PORT: String(port),
  });
  return { url: urlOf(port), child };
}

const urlOf = (port: number): string => `http://localhost:${port}`;

async function identityAt(port: number): Promise<unknown> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/live`, {
      signal: AbortSignal.timeout(1_000),
    });
    return ((await response.json()) as { identity?: unknown }).identity;
  } catch {
    return undefined;
  }
}
