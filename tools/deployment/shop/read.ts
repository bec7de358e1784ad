import { parseTopology } from '@banyan/hosting';
import type { MessageMap } from '@banyan/contracts';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Shop, shopOf } from './shop';

/** Reads a workspace. `topology` names another file than topology.json. @throws Error with one sentence that says what to change */
export function readShop(root: string, options: { topology?: string; keepBroker?: boolean } = {}): Shop {
  const file = options.topology ?? join(root, 'topology.json');
  if (!existsSync(file)) throw new Error(`There is no file ${file}`);
  const topology = parseTopology(readFileSync(file, 'utf8'));
  const json = <T>(name: string) => JSON.parse(readFileSync(join(root, name), 'utf8')) as T;
  return shopOf({
    topology,
    map: json<MessageMap>('message-map.json'),
    listed: Object.fromEntries(
      Object.keys(topology.deployables).map((name) => [name, listedContexts(root, name)]),
    ),
    version: json<{ version: string }>('package.json').version,
    keepBroker: options.keepBroker,
  });
}

/** The contexts whose modules a main.ts imports. */
function listedContexts(root: string, deployable: string): string[] {
  const main = join(root, 'apps', deployable, 'src', 'main.ts');
  if (!existsSync(main)) throw new Error(`topology.json names ${deployable}, but there is no ${main}`);
  return [...readFileSync(main, 'utf8').matchAll(/from '@shop\/([a-z-]+)'/g)].map(([, name]) => name!);
}
