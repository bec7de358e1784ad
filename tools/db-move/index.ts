import {
  adminDatabaseUrl,
  contextDatabaseUrl,
  databaseVariable,
  type DatabaseEnvironment,
} from '@banyan/persistence';
import { parseArgs } from 'node:util';
import { contextDefinitions } from '../contexts';
import { Progress } from '../progress';
import { moveData, MoveRefused, type Place } from './move';

const USAGE = `npm run db:move -- <context> [--back]

Moves all that a context keeps from the shared server to a database of its own, or back, while the shop is open. Reads go on
meanwhile, writes wait; then the rows of both places are compared, the old place is closed and the new one opened. Processes
that know of the new place go on there: start them before. The old place keeps its rows, and lets nobody in.
  DATABASE_URL                  the shared server, as an administrator
  ORDERS_DATABASE_URL           the database of orders' own, as its application role
  ORDERS_ADMIN_DATABASE_URL     the same, as an administrator. (Default: the credentials of DATABASE_URL)
It wants the database to exist. After it broke off, run it again.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, back: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  if (values.help) return console.log(USAGE);
  const contexts = contextDefinitions();
  const definition = contexts.find(({ contract }) => contract.name === positionals[0]);
  if (!definition || positionals.length > 1)
    throw new MoveRefused(
      `Name one context of ${contexts.map(({ contract }) => contract.name).join(', ')}\n\n${USAGE}`,
    );
  const { name } = definition.contract;
  const { shared, own } = placesOf(name, process.env);
  const [from, to] = values.back ? [own, shared] : [shared, own];
  const bar = new Progress(`${name}: copying`);
  const { tables, rows, heldMs } = await moveData({
    context: { name, migrations: definition.migrations, extensions: definition.extensions },
    from,
    to,
    onProgress: (bytes, of) => bar.at(bytes, of),
  });
  console.log(
    `${name}: ${rows} rows of ${tables} tables were moved, and each compared. Nothing could be written for ${(heldMs / 1_000).toFixed(1)} s.\n` +
      `Processes ${values.back ? `without ${databaseVariable(name)}` : `with this ${databaseVariable(name)}`} go on with them; stop the others. The old schema keeps its rows, closed:\n` +
      `drop it when you want it no more (DROP SCHEMA "${name}" CASCADE).`,
  );
}

/** The two places that the environment names. @throws MoveRefused naming the variable that is missing */
function placesOf(context: string, env: DatabaseEnvironment): { shared: Place; own: Place } {
  const { [databaseVariable(context)]: application, DATABASE_URL: shared } = env;
  if (!application)
    throw new MoveRefused(`Set ${databaseVariable(context)} to the database of ${context}'s own`);
  if (!shared) throw new MoveRefused('Set DATABASE_URL to the shared server, as an administrator');
  return {
    shared: { admin: shared, application: contextDatabaseUrl(context, { DATABASE_URL: shared }) },
    own: { admin: adminDatabaseUrl(context, env)!, application },
  };
}

main().catch((error: Error) => {
  console.error(error instanceof MoveRefused ? error.message : error);
  process.exitCode = 1;
});
