import {
  adminDatabaseUrl,
  contextDatabaseUrl,
  databaseVariable,
  type DatabaseEnvironment,
} from '@banyan/persistence';
import { parseArgs } from 'node:util';
import type { ContextDefinition } from '@banyan/hosting';
import { onSharedServer } from '../development-database';
import { contextDefinitions } from '../contexts';
import { Progress } from '../progress';
import { forgetLeft } from './forget';
import { moveData } from './move';
import { MoveRefused, type Place } from './places';

const USAGE = `npm run db:move -- <context> [--back] [--forget]

Moves all that a context keeps from the shared server to a database of its own, or back, while the shop is open. Reads go on
meanwhile, writes wait; then the rows of both places are compared, the old place is closed and the new one opened. Processes
that know of the new place go on there: start them before. The old place keeps its rows, and lets nobody in.
  DATABASE_URL                  the shared server, as an administrator. (Default: that of this checkout)
  ORDERS_DATABASE_URL           the database of orders' own, as its application role
  ORDERS_ADMIN_DATABASE_URL     the same, as an administrator. (Default: the credentials of DATABASE_URL)
Makes the database where there is none. After it broke off, run it again.
  --back     from its own database to the shared server
  --forget   deletes what such a move left behind, and moves nothing`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      back: { type: 'boolean', default: false },
      forget: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (values.help) return console.log(USAGE);
  const contexts = contextDefinitions();
  const definition = contexts.find(({ contract }) => contract.name === positionals[0]);
  if (!definition || positionals.length > 1)
    throw new MoveRefused(
      `Name one context of ${contexts.map(({ contract }) => contract.name).join(', ')}\n\n${USAGE}`,
    );
  await onSharedServer(async () => {
    const { shared, own } = placesOf(definition.contract.name, process.env);
    const [from, to] = values.back ? [own, shared] : [shared, own];
    await (values.forget ? forget(definition, from, to) : move(definition, from, to, values.back));
  });
}

async function forget({ contract: { name } }: ContextDefinition, from: Place, to: Place): Promise<void> {
  const tables = await forgetLeft(name, from, to);
  console.log(
    `${name}: ${tables} tables were emptied that a move had left; the schema stays, and lets nobody in.`,
  );
}

async function move(definition: ContextDefinition, from: Place, to: Place, back: boolean): Promise<void> {
  const { name } = definition.contract;
  const bar = new Progress(`${name}: copying`);
  const { tables, rows, heldMs } = await moveData({
    context: { name, migrations: definition.migrations, extensions: definition.extensions },
    from,
    to,
    onProgress: (bytes, of) => bar.at(bytes, of),
  });
  console.log(
    `${name}: ${rows} rows of ${tables} tables were moved, and each compared. Nothing could be written for ${Math.round(heldMs)} ms.\n` +
      `Processes ${back ? 'without' : 'with this'} ${databaseVariable(name)} go on with them; stop the others.\n` +
      `The old place keeps its rows and lets nobody in. When you want them no more: npm run db:move -- ${name}${back ? ' --back' : ''} --forget`,
  );
}

/** The two places that the environment names. @throws MoveRefused naming the variable that is missing */
function placesOf(context: string, env: DatabaseEnvironment): { shared: Place; own: Place } {
  const { [databaseVariable(context)]: application, DATABASE_URL: shared } = env;
  if (!shared) throw new MoveRefused('Set DATABASE_URL to the shared server, as an administrator');
  if (!application)
    throw new MoveRefused(
      `Set ${databaseVariable(context)} to a database of its own for ${context}, here and for the process that is to know it. ` +
        `On the shared server that might be\n  ${besideShared(context, shared, env)}`,
    );
  return {
    shared: { admin: shared, application: contextDatabaseUrl(context, { DATABASE_URL: shared }) },
    own: { admin: adminDatabaseUrl(context, env)!, application },
  };
}

/** Its password is no secret to whoever has the administrator's, but logs of production are read by more. */
function besideShared(context: string, shared: string, env: DatabaseEnvironment): string {
  const url = new URL(contextDatabaseUrl(context, { DATABASE_URL: shared }));
  url.pathname = `/${context}`;
  if (env['NODE_ENV'] === 'production') url.password = '…';
  return decodeURI(url.href);
}

main().catch((error: Error) => {
  console.error(error instanceof MoveRefused ? error.message : error);
  process.exitCode = 1;
});
