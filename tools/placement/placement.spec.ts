import type { Topology } from '@banyan/contracts';
import type { Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { absorb, extract } from './generators';

const whole: Topology = {
  revision: 1,
  deployables: { monolith: { contexts: ['catalog', 'inventory', 'orders'], url: 'http://localhost:3000' } },
};

function workspace(topology: Topology): Tree {
  const tree = createTreeWithEmptyWorkspace();
  tree.write('topology.json', JSON.stringify(topology));
  tree.write('apps/orders-service/src/main.ts', '');
  return tree;
}

const placed = (tree: Tree): Topology => JSON.parse(tree.read('topology.json', 'utf8')!) as Topology;

const changed = (tree: Tree, act: () => Promise<unknown>): Promise<string[]> => {
  const before = new Set(tree.listChanges().map(({ path, content }) => `${path} ${content}`));
  return act().then(() =>
    tree
      .listChanges()
      .filter(({ path, content }) => !before.has(`${path} ${content}`))
      .map(({ path }) => path),
  );
};

describe('Extracting a context', () => {
  it('places it in its own deployable, under a higher revision, and edits nothing else', async () => {
    const tree = workspace(whole);

    expect(await changed(tree, () => extract(tree, { context: 'orders' }))).toEqual(['topology.json']);

    expect(placed(tree)).toEqual({
      revision: 2,
      deployables: {
        monolith: { contexts: ['catalog', 'inventory'], url: 'http://localhost:3000' },
        'orders-service': { contexts: ['orders'], url: 'http://localhost:3004' },
      },
    });
  });

  it('is refused for a context that nobody knows, with those that are known', async () => {
    await expect(extract(workspace(whole), { context: 'ordres' })).rejects.toThrow(
      'There is no context ordres in topology.json; there are catalog, inventory, orders.',
    );
  });

  it('is refused twice', async () => {
    const tree = workspace(whole);
    await extract(tree, { context: 'orders' });

    await expect(extract(tree, { context: 'orders' })).rejects.toThrow(
      'orders runs in orders-service already.',
    );
  });

  it('is refused while there is no service to run it', async () => {
    await expect(extract(workspace(whole), { context: 'catalog' })).rejects.toThrow(
      'apps/catalog-service/src/main.ts',
    );
  });
});

describe('Absorbing a context', () => {
  it('undoes the extraction, under a higher revision still', async () => {
    const tree = workspace(whole);
    await extract(tree, { context: 'orders' });

    await absorb(tree, { context: 'orders' });

    expect(placed(tree)).toEqual({ ...whole, revision: 3 });
  });

  it('leaves no trace among contexts that the shop did not begin with', async () => {
    const tree = workspace({
      revision: 4,
      deployables: { monolith: { contexts: ['orders', 'badges', 'loyalty'], url: 'http://localhost:3000' } },
    });
    tree.write('apps/badges-service/src/main.ts', '');
    await extract(tree, { context: 'badges' });

    await absorb(tree, { context: 'badges' });

    expect(placed(tree).deployables['monolith']?.contexts).toEqual(['orders', 'badges', 'loyalty']);
  });

  it('leaves the deployable to the contexts that stay in it', async () => {
    const tree = workspace({
      revision: 4,
      deployables: {
        monolith: { contexts: ['catalog'], url: 'http://localhost:3000' },
        'orders-service': { contexts: ['inventory', 'orders'], url: 'http://localhost:3004' },
      },
    });

    await absorb(tree, { context: 'inventory' });

    expect(placed(tree).deployables['orders-service']?.contexts).toEqual(['orders']);
  });

  it('is refused for what is at home', async () => {
    await expect(absorb(workspace(whole), { context: 'orders' })).rejects.toThrow(
      'orders runs in the monolith already.',
    );
  });
});
