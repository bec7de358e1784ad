import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { examine, write } from './contracts';
import { report } from './problems/report';

/*
 * Writes contract.lock.json and asyncapi.json of every contract, message-map.json, docs/message-map.md and docs/shop.md:
 *   node -r ./tools/dev/register.js tools/contracts/generate.ts [--allow-removal inventory/reserve-stock] [--allow-breaking orders.order-placed.v1]
 * Writes nothing while the code breaks what was agreed, unless that is allowed by name.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      root: { type: 'string', default: '.' },
      'allow-removal': { type: 'string', multiple: true, default: [] },
      'allow-breaking': { type: 'string', multiple: true, default: [] },
    },
  });
  const root = resolve(values.root);
  const allowed = { removals: values['allow-removal'], breaking: values['allow-breaking'] };
  const { problems, files } = await examine(root, { allowed });
  const left = problems.filter(({ level }) => level !== 'stale');
  if (problems.some(({ level }) => level === 'refused')) {
    report(left);
    console.error('Nothing was written.');
    return 1;
  }
  const written = write(root, files);
  report(left);
  console.log(written.length > 0 ? `Written: ${written.join(', ')}` : 'Everything was current.');
  return left.some(({ level }) => level === 'wrong') ? 1 : 0;
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(error instanceof TypeError ? error.message : error);
    process.exitCode = 1;
  },
);
