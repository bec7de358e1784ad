import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { Workspace } from './testing/workspace';

const repository = resolve(__dirname, '../..');

/** The tools as people run them. */
function run(root: string, tool: 'check' | 'generate', ...args: string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['-r', './tools/dev/register.js', `tools/contracts/${tool}.ts`, '--root', root, ...args],
    { cwd: repository, encoding: 'utf8' },
  );
  return { status, said: stdout + stderr };
}

describe('Contracts as the tools keep them', () => {
  const catalog = 'libs/catalog/contract/src/index.ts';
  const orders = 'libs/orders/core/src/index.ts';
  const files = [
    'libs/catalog/contract/contract.lock.json',
    'libs/catalog/contract/asyncapi.json',
    'libs/orders/contract/contract.lock.json',
    'libs/orders/contract/asyncapi.json',
    'message-map.json',
    'docs/message-map.md',
    'docs/shop.md',
  ];
  let workspace: Workspace;
  const check = (...args: string[]) => run(workspace.root, 'check', ...args);
  const generate = (...args: string[]) => run(workspace.root, 'generate', ...args);
  const git = (...args: string[]) =>
    spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], { cwd: workspace.root });

  beforeAll(() => (workspace = Workspace.create()));
  afterAll(() => workspace.remove());

  it('fail the check until they are generated, and pass it then', () => {
    const before = check();
    expect(before.status).toBe(1);
    for (const file of files) expect(before.said).toContain(`${file} is missing`);
    expect(before.said).toContain('tools/contracts/generate.ts');

    expect(generate()).toMatchObject({ status: 0, said: expect.stringContaining('Written: ') as string });

    const after = check();
    expect(after).toMatchObject({ status: 0, said: expect.stringContaining('fit the code') as string });
    expect(after.said).toContain('orders.order-cancelled.v1 is declared, but nothing');
    expect(after.said).toContain('catalog.product-listed.v1 is read by nobody any more');
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'agreed');
  });

  it('are written as prettier would', () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        resolve(repository, 'node_modules/prettier/bin/prettier.cjs'),
        '--config',
        resolve(repository, '.prettierrc'),
        '--ignore-path',
        'none',
        '--check',
        ...files,
      ],
      { cwd: workspace.root, encoding: 'utf8' },
    );

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it('fail the check when one was edited by hand', () => {
    const texts = files.map((file) => [file, workspace.read(file)] as const);
    for (const [file, text] of texts) workspace.write(file, `${text}\n`);

    const { status, said } = check();

    expect(status).toBe(1);
    for (const file of files) expect(said).toContain(`${file} does not fit the code`);
    for (const [file, text] of texts) workspace.write(file, text);
  });

  it('take an optional field, once generated', () => {
    workspace.edit(
      catalog,
      'sku: z.string(), name: z.string(), price: z.int()',
      'sku: z.string(), name: z.string(), tea: z.boolean().optional(), price: z.int()',
    );

    expect(check()).toMatchObject({
      status: 1,
      said: expect.stringMatching(/contract\.lock\.json does not fit/) as string,
    });
    expect(generate().status).toBe(0);
    expect(check().status).toBe(0);
  });

  it('refuse a breaking change, and write nothing', () => {
    workspace.edit(catalog, 'tea: z.boolean().optional()', 'tea: z.string().optional()');

    const lock = workspace.read('libs/catalog/contract/contract.lock.json');
    for (const { status, said } of [check(), generate()]) {
      expect(status).toBe(1);
      expect(said).toContain('tea: type changed: boolean to string');
      expect(said).toContain('declare catalog.product-listed.v3 beside it');
    }
    expect(workspace.read('libs/catalog/contract/contract.lock.json')).toBe(lock);

    expect(generate('--allow-breaking', 'catalog.product-listed.v2').status).toBe(0);
    expect(check().status).toBe(0);
  });

  it('refuse a renamed subscription, take it with its alias, and drop one only when told to', () => {
    workspace.edit(orders, "'count-order'", "'count-orders'");
    for (const { status, said } of [check(), generate()]) {
      expect(status).toBe(1);
      expect(said).toContain("@Policy(…, 'count-orders', { formerly: 'count-order' })");
    }

    workspace.edit(orders, "'count-orders'", "'count-orders', { formerly: 'count-order' }");
    expect(check().status).toBe(0);

    workspace.edit(orders, 'controllers: [CountOrderWhenPlaced, ', 'controllers: [');
    expect(generate()).toMatchObject({
      status: 1,
      said: expect.stringContaining('--allow-removal orders/count-order') as string,
    });
    expect(generate('--allow-removal', 'orders/count-order').status).toBe(0);
    expect(check().status).toBe(0);
  });

  it('show what was allowed since a commit', () => {
    expect(check('--since', 'HEAD')).toMatchObject({
      status: 1,
      said: expect.stringContaining('orders/count-order') as string,
    });
    expect(check('--since', 'nowhere')).toMatchObject({
      status: 1,
      said: expect.stringContaining('There is no commit nowhere') as string,
    });
  });

  it('say it when a file that was agreed cannot be read', () => {
    workspace.write('message-map.json', '<<<<<<< HEAD');

    expect(check()).toMatchObject({
      status: 1,
      said: expect.stringContaining('message-map.json is no JSON') as string,
    });
  });
});
