/**
 * Checks that deploy/ is what `npm run deploy:generate` would write, and that it holds together: `npm run check:deployment`.
 *   --topology <file>   another placement than topology.json
 *   --out <folder>      another folder than deploy/
 *   --keep-broker       as it was generated
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { problemsOf } from './checks/problems';
import { draftsOf } from './files';
import { readShop } from './shop/read';
import { filesIn, root, staleFiles, textsOf } from './workspace';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      topology: { type: 'string' },
      out: { type: 'string', default: join(root, 'deploy') },
      'keep-broker': { type: 'boolean' },
    },
  });
  const shop = readShop(root, { topology: values.topology, keepBroker: values['keep-broker'] });
  const stale = staleFiles(filesIn(resolve(values.out)), await textsOf(shop));
  const problems = problemsOf(draftsOf(shop), shop);
  for (const line of [...stale, ...problems]) console.error(`- ${line}`);
  if (stale.length > 0) console.error('Generate it again: npm run deploy:generate');
  if (stale.length + problems.length > 0) process.exitCode = 1;
  else console.log('The deployment fits topology and message map.');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
