import { createHmac } from 'node:crypto';

/** The environment variables that place databases; `process.env` fits. */
export type DatabaseEnvironment = Readonly<Record<string, string | undefined>>;

const variable = (context: string, suffix: string) =>
  `${context.toUpperCase().replaceAll('-', '_')}_${suffix}`;

/** The variable that says where a context finds its database: `ORDERS_DATABASE_URL`. */
export const databaseVariable = (context: string) => variable(context, 'DATABASE_URL');

/** The one that says by which credentials it may be prepared: `ORDERS_ADMIN_DATABASE_URL`. */
export const adminDatabaseVariable = (context: string) => variable(context, 'ADMIN_DATABASE_URL');

/** The role that migrations of a context run as. */
export const ownerRole = (context: string) => `${context.replaceAll('-', '_')}_owner`;
/** The role that a context works as: it can touch nothing but the rows of its schema. */
export const applicationRole = (context: string) => `${context.replaceAll('-', '_')}_app`;

/**
 * Where `context` finds its database, with its application role: `ORDERS_DATABASE_URL`, otherwise the shared server
 * of `DATABASE_URL`, with a password derived from that server's, so that a development checkout needs no other secret.
 * @throws Error naming both variables when neither is set.
 */
export function contextDatabaseUrl(context: string, env: DatabaseEnvironment): string {
  const own = env[databaseVariable(context)];
  if (own) return own;
  const shared = env['DATABASE_URL'];
  if (!shared)
    throw new Error(
      `Set ${databaseVariable(context)} or DATABASE_URL to tell where ${context} keeps its data`,
    );
  const url = new URL(shared);
  url.username = applicationRole(context);
  url.password = createHmac('sha256', `banyan:${new URL(shared).password}`)
    .update(context)
    .digest('hex')
    .slice(0, 32);
  return url.toString();
}

/**
 * Credentials that may prepare the database of `context`: `ORDERS_ADMIN_DATABASE_URL`, otherwise those of `DATABASE_URL`
 * at the place where the context's data lies. Undefined when there are none, as in production processes.
 */
export function adminDatabaseUrl(context: string, env: DatabaseEnvironment): string | undefined {
  const own = env[adminDatabaseVariable(context)];
  if (own) return own;
  const shared = env['DATABASE_URL'];
  if (!shared) return undefined;
  const admin = new URL(shared);
  const place = new URL(contextDatabaseUrl(context, env));
  admin.host = place.host;
  admin.pathname = place.pathname;
  return admin.toString();
}

/** Where the data of `context` lies by default: on the shared server, whatever `ORDERS_DATABASE_URL` says. */
export const sharedAdminUrl = (env: DatabaseEnvironment): string | undefined => env['DATABASE_URL'];

/** `db.example:5432/orders`, without credentials. */
export const placeName = (url: string): string => `${new URL(url).host}${new URL(url).pathname}`;
