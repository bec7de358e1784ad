import type { Topology } from '@banyan/contracts';
import { readJson, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@banyan/servers';
import { command } from './command/command';
import { context } from './context/context';
import { event } from './event/event';

/** What the generators look at, of this workspace. */
function workspace(): Tree {
  const tree = createTreeWithEmptyWorkspace();
  const files = ['topology.json', 'tsconfig.base.json', 'apps/monolith/src/main.ts'];
  for (const name of ['catalog', 'inventory', 'orders'])
    files.push(
      `libs/${name}/contract/src/index.ts`,
      `libs/${name}/contract/contract.lock.json`,
      `libs/${name}/core/src/${name}.module.ts`,
    );
  files.push('libs/inventory/core/src/features/show-stock/show-stock.ts');
  for (const file of files) tree.write(file, readFileSync(join(root, file), 'utf8'));
  return tree;
}

const text = (tree: Tree, path: string): string => tree.read(path, 'utf8')!;

describe('A new context', () => {
  it.each([
    ['orders', 'libs/orders is there already'],
    ['GiftCards', 'such as gift-cards'],
    ['gift_cards', 'such as gift-cards'],
    ['7up', 'is no name for a context'],
    ['events', 'the name is taken'],
    ['platform', 'the name is taken'],
    ['class', 'a word of TypeScript'],
    ['policies', 'A class Policy is there already'],
    ['returns', 'return is a word of TypeScript; call the aggregate something else'],
    ['timers', 'A class Timer is there already'],
    ['stock', 'inventory answers /stocks already'],
  ])('cannot be called %s: %s', async (name, sentence) => {
    const tree = workspace();
    tree.write(
      'libs/inventory/core/src/features/list-stock/list-stock.controller.ts',
      `@Controller('stocks')`,
    );
    const before = tree.listChanges().length;

    await expect(context(tree, { name })).rejects.toThrow(sentence);

    expect(tree.listChanges()).toHaveLength(before);
  });

  it('cannot react to what nobody publishes, and is told what there is', async () => {
    await expect(context(workspace(), { name: 'reviews', on: 'orders.order-eaten' })).rejects.toThrow(
      /No context publishes orders\.order-eaten; there are .*catalog\.product-listed, .*orders\.order-completed/,
    );
  });

  it('is placed in the monolith under a higher revision, last, and its service waits beside', async () => {
    const tree = workspace();
    const before = readJson<Topology>(tree, 'topology.json');

    await context(tree, { name: 'reviews' });

    const after = readJson<Topology>(tree, 'topology.json');
    expect(after.revision).toBe(before.revision + 1);
    expect(after.deployables['monolith']?.contexts).toEqual([
      ...before.deployables['monolith']!.contexts,
      'reviews',
    ]);
    expect(text(tree, 'apps/monolith/src/main.ts')).toMatch(
      /import \{ PaymentsModule \}.*\nimport \{ ReviewsModule \} from '@shop\/reviews';[^]*NotificationsModule,\n {2}ReviewsModule,\n\]/,
    );
    expect(text(tree, 'apps/reviews-service/src/main.ts')).toContain(
      `host('reviews-service', [ReviewsModule])`,
    );
  });

  it('takes the key of what it reacts to: a SKU where that is one', async () => {
    const tree = workspace();

    await context(tree, { name: 'price-watches', aggregate: 'price-watch', on: 'catalog.product-listed' });

    expect(text(tree, 'libs/price-watches/contract/src/index.ts')).toContain(
      '{ sku: Sku, openedAt: Instant }',
    );
    const feature = 'libs/price-watches/core/src/features/open-price-watch';
    expect(text(tree, `${feature}/open-price-watch-when-product-listed.ts`)).toContain(
      'handle({ sku }: ProductListed)',
    );
    expect(text(tree, 'libs/price-watches/core/src/price-watches.module.spec.ts')).toContain(
      `ProductListed({ category: 'MUG', name: 'MUG', price: { amount: 1, currency: 'EUR' }, sku })`,
    );
  });

  it('begins over HTTP where it reacts to nothing', async () => {
    const tree = workspace();

    await context(tree, { name: 'suppliers', on: 'none' });

    const feature = 'libs/suppliers/core/src/features/open-supplier';
    expect(tree.children(feature).sort()).toEqual([
      'open-supplier.controller.ts',
      'open-supplier.spec.ts',
      'open-supplier.ts',
    ]);
    expect(text(tree, 'libs/suppliers/core/src/suppliers.module.ts')).not.toContain('policies');
  });

  it('speaks of what its command does', async () => {
    const tree = workspace();

    await context(tree, { name: 'loyalty', aggregate: 'reward', verb: 'give' });

    expect(text(tree, 'libs/loyalty/contract/src/index.ts')).toContain(`'loyalty.reward-given.v1'`);
    expect(text(tree, 'libs/loyalty/core/src/domain/reward.ts')).toContain('give(now: Date): boolean');
  });
});

describe('A new event', () => {
  it('is declared before the contract, by the key of its siblings, and published by it', async () => {
    const tree = workspace();

    await event(tree, { context: 'orders', name: 'order-archived', says: 'Nobody needs it any more.' });

    expect(text(tree, 'libs/orders/contract/src/index.ts')).toMatch(
      /\n\/\*\* Nobody needs it any more\. \*\/\nexport const OrderArchived = event\('orders\.order-archived\.v1', \{ orderId: Uuid \}, \{ key: 'orderId' \}\);\nexport type OrderArchived = EventOf<typeof OrderArchived>;\n\n\/\*\* What orders tells[^]*OrderCompleted,\n {4}OrderArchived,\n {2}\]/,
    );
  });

  it.each([
    [
      { context: 'ordres', name: 'order-archived' },
      'There is no context ordres; there are catalog, inventory, orders.',
    ],
    [{ context: 'orders', name: 'OrderArchived' }, 'such as order-archived'],
    [{ context: 'orders', name: 'order-placed' }, 'orders.order-placed.v1 is declared already'],
    [{ context: 'catalog', name: 'unknown-sku' }, 'has a UnknownSku already'],
    [{ context: 'orders', name: 'order-archived', key: 'order id' }, 'write a name such as orderId'],
  ])('is refused for %j', async (options, sentence) => {
    await expect(event(workspace(), options)).rejects.toThrow(sentence);
  });
});

describe('A new command', () => {
  it('is a folder with handler and spec, registered, and its event declared', async () => {
    const tree = workspace();

    await command(tree, { context: 'orders', name: 'archive-order' });

    expect(tree.children('libs/orders/core/src/features/archive-order').sort()).toEqual([
      'archive-order.spec.ts',
      'archive-order.ts',
    ]);
    expect(text(tree, 'libs/orders/core/src/orders.module.ts')).toMatch(
      /import \{ ArchiveOrderHandler \} from '\.\/features\/archive-order\/archive-order';[^]*ShowOrderHandler,\n {2}ArchiveOrderHandler,\n\];/,
    );
    expect(text(tree, 'libs/orders/contract/src/index.ts')).toContain(`'orders.order-archived.v1'`);
  });

  it('tells an event that is there, where that tells no more than its key', async () => {
    const tree = workspace();

    await command(tree, { context: 'catalog', name: 'drop-product', event: 'product-retired' });

    expect(text(tree, 'libs/catalog/core/src/features/drop-product/drop-product.ts')).toContain(
      'publish(ProductRetired({ sku }))',
    );
  });

  it.each([
    [{ context: 'ordres', name: 'archive-order' }, 'There is no context ordres'],
    [{ context: 'orders', name: 'archive' }, 'write a verb phrase, such as archive-order'],
    [{ context: 'orders', name: 'Archive-Order' }, 'such as archive-order'],
    [{ context: 'orders', name: 'confirm-order' }, 'has a ConfirmOrderHandler already'],
    [{ context: 'inventory', name: 'show-stock' }, 'features/show-stock is there already'],
    [
      { context: 'orders', name: 'archive-order', event: 'order-completed' },
      'tells customerId, total as well, which no generator knows',
    ],
  ])('is refused for %j', async (options, sentence) => {
    await expect(command(workspace(), options)).rejects.toThrow(sentence);
  });
});
