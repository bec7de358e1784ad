import type { MessageMap, Topology } from '@banyan/contracts';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SHOP_FILE, shopOf } from './map/shop';
import { formatMarkdown } from './text/format';

/** Draws docs/shop.md for the topology as it is on disk. Loads no code: messages stay as they are when contexts move. */
export async function drawShop(root: string): Promise<void> {
  const json = <T>(file: string) => JSON.parse(readFileSync(join(root, file), 'utf8')) as T;
  const shop = shopOf(json<MessageMap>('message-map.json'), json<Topology>('topology.json'));
  writeFileSync(join(root, SHOP_FILE), await formatMarkdown(shop));
}
