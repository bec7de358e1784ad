import { prepareDatabases } from '@banyan/persistence';
import { parseArgs } from 'node:util';
import { contextDefinitions } from './contexts';

const USAGE = `npm run db:prepare [-- <context> …]

Makes roles, schema, rights, extensions and tables of each context (default: all); does nothing where all is in place.
  DATABASE_URL                  the shared server, as an administrator
  ORDERS_DATABASE_URL           where orders lies instead, as its application role
  ORDERS_ADMIN_DATABASE_URL     the same place, as an administrator`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help) return console.log(USAGE);
  const all = contextDefinitions();
  const unknown = positionals.filter((name) => !all.some(({ contract }) => contract.name === name));
  if (unknown.length > 0)
    throw new Error(
      `No context is called ${unknown.join(' or ')}; there are ${all.map(({ contract }) => contract.name).join(', ')}`,
    );
  for (const definition of all.filter(
    ({ contract }) => positionals.length === 0 || positionals.includes(contract.name),
  )) {
    const { name } = definition.contract;
    await prepareDatabases([{ name, migrations: definition.migrations, extensions: definition.extensions }]);
    console.log(`${name}: ready (${definition.migrations.length} migrations)`);
  }
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
