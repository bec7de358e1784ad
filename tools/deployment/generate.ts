/**
 * Writes deploy/ for a placement: `npm run deploy:generate`.
 *   --topology <file>   another placement than topology.json
 *   --out <folder>      another folder than deploy/
 *   --keep-broker       a broker although one deployable is placed, for the roll-out that absorbs the last service
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { filesIn, root, textsOf } from './workspace';
import { readShop } from './shop/read';
import { isGenerated } from './text';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      topology: { type: 'string' },
      out: { type: 'string', default: join(root, 'deploy') },
      'keep-broker': { type: 'boolean' },
    },
  });
  const out = resolve(values.out);
  const texts = await textsOf(
    readShop(root, { topology: values.topology, keepBroker: values['keep-broker'] }),
  );
  const there = filesIn(out);
  const written = [...texts].filter(([path, text]) => there.get(path) !== text);
  // What another placement left is in the way of this one; what was never generated is not ours to delete.
  const gone = [...there].flatMap(([path, text]) => (!texts.has(path) && isGenerated(text) ? [path] : []));
  for (const path of gone) rmSync(join(out, path));
  for (const [path, text] of written) {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), text);
  }
  for (const [path] of written) console.log(`written: ${path}`);
  for (const path of gone) console.log(`deleted: ${path}`);
  if (written.length + gone.length === 0) console.log('Everything was current.');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
