import { contextDatabaseUrl, Database } from '@banyan/persistence';
import { parseArgs } from 'node:util';
import { contextDefinitions } from './contexts';
import { onSomeDatabase } from './development-database';
import { Progress } from './progress';

const USAGE = `npm run rebuild -- <context> [--check]

Makes the read models of a context anew from what they are made of, row by row, while the shop goes on.
--check writes nothing, says how many rows differ, and fails when any does.
Works on DATABASE_URL or the context's own URL (ORDERS_DATABASE_URL), otherwise on what this checkout serves.`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, check: { type: 'boolean' } },
    allowPositionals: true,
  });
  const [context] = positionals;
  if (values.help || !context) return console.log(USAGE);
  const keeping = contextDefinitions().filter(({ readModels }) => readModels.length > 0);
  const definition = keeping.find(({ contract }) => contract.name === context);
  if (!definition) {
    const names = keeping.map(({ contract }) => contract.name).join(', ');
    throw new Error(`${context} keeps no read model; these do: ${names}`);
  }
  await onSomeDatabase(context, async () => {
    const database = new Database({
      context,
      url: contextDatabaseUrl(context, process.env),
      tables: definition.tables,
      poolSize: 2,
    });
    await database.connect();
    try {
      for (const Model of definition.readModels) await rebuild(new Model(database), values.check ?? false);
    } finally {
      await database.close();
    }
  });
}

async function rebuild(
  model: InstanceType<ReturnType<typeof contextDefinitions>[number]['readModels'][number]>,
  check: boolean,
): Promise<void> {
  const bar = new Progress(model.name);
  const { rows, differing } = await model.rebuild({ check, onProgress: (done, of) => bar.at(done, of) });
  console.log(`${model.name}: ${rows} rows, ${differing} ${check ? 'differ' : 'differed and are mended'}`);
  if (check && differing > 0) process.exitCode = 1;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
