import { Workspace } from '../testing/workspace';
import { descriptionsIn } from './descriptions';
import { readContexts } from './workspace';

describe('Reading a workspace', () => {
  let workspace: Workspace;
  beforeEach(() => (workspace = Workspace.create()));
  afterEach(() => workspace.remove());

  const orders = () => readContexts(workspace.root).find(({ contract }) => contract.name === 'orders')!;
  const withCode = (code: string) =>
    workspace.write(
      'libs/orders/core/src/more.ts',
      `import { Contexts } from '@banyan/messaging';\nimport { QuotePrice } from '../../../catalog/contract/src';\n${code}`,
    );

  it('finds every context by its contract, with no list to keep', () => {
    workspace.write(
      'libs/payments/contract/src/index.ts',
      `import { contextContract } from '@banyan/contracts';\nexport const paymentsContract = contextContract('payments', {});\n`,
    );
    workspace.write('libs/platform/http/src/index.ts', '');

    expect(readContexts(workspace.root).map(({ folder, contract }) => [folder, contract.name])).toEqual([
      ['libs/catalog', 'catalog'],
      ['libs/orders', 'orders'],
      ['libs/payments', 'payments'],
    ]);
  });

  it('finds subscriptions and answers in modules, imported modules and dynamic ones', () => {
    expect(
      readContexts(workspace.root).map(({ registered: { subscriptions, answers } }) => [
        subscriptions.map(({ identity, contract }) => `${identity}: ${contract.type}`).sort(),
        answers.map(({ type }) => type),
      ]),
    ).toEqual([
      [[], ['catalog.quote-price.v1', 'catalog.list-categories.v1']],
      [
        [
          'cancel-order: orders.checkout-expired.v1',
          'count-order: orders.order-placed.v1',
          'keep-product: catalog.product-listed.v2',
        ],
        [],
      ],
    ]);
  });

  it('follows what is asked through renamed imports, namespaces and constants', () => {
    expect(orders().uses.asks).toEqual({
      'catalog.quote-price.v1': ['libs/orders/core/src/place-order.ts:7'],
      'catalog.list-categories.v1': ['libs/orders/core/src/place-order.ts:9'],
    });
  });

  it('follows it through files that hand it on, and destructured calls', () => {
    workspace.write(
      'libs/orders/core/src/handed-on.ts',
      `export { QuotePrice as Handed } from '../../../catalog/contract/src';`,
    );
    withCode(
      `import { Handed } from './handed-on';\nexport const f = ({ ask }: Contexts) => ask(Handed, { sku: '' });`,
    );

    expect(orders().uses.asks['catalog.quote-price.v1']).toContain('libs/orders/core/src/more.ts:4');
  });

  it('sees what is made for publishing, but not in specs and testing', () => {
    const testing = workspace.read('libs/orders/core/src/testing/orders.ts');
    expect(testing).toContain('OrderCancelled({');
    workspace.write('libs/orders/core/src/place-order.spec.ts', testing.replace('../../../', '../../'));

    expect(orders().uses.makes).toEqual(['orders.order-placed.v1']);
  });

  it.each([
    [
      'a parameter',
      'export const f = (contexts: Contexts, which: never) => contexts.ask(which, {} as never);',
    ],
    [
      'a choice',
      'export const f = (contexts: Contexts, a: boolean) => contexts.ask(a ? QuotePrice : QuotePrice, { sku: "" });',
    ],
  ])('tells where it cannot see what is asked: %s', (_, code) => {
    withCode(code);

    expect(orders().uses.unclear).toEqual([
      expect.stringMatching(/^libs\/orders\/core\/src\/more\.ts:3: contexts\.ask\(/),
    ]);
  });

  it('takes no other method called ask for a question', () => {
    workspace.write(
      'libs/orders/core/src/more.ts',
      'export const f = (person: { ask(what: string): void }) => person.ask("why");',
    );

    expect(orders().uses.unclear).toEqual([]);
  });

  it('refuses a folder with no contract, with two, and a core without a module', () => {
    workspace.edit('libs/orders/core/src/index.ts', 'export class OrdersModule', 'class OrdersModule');
    expect(() => readContexts(workspace.root)).toThrow(
      /libs\/orders\/core\/src\/index\.ts exports no module/,
    );

    const other = Workspace.create();
    other.write('libs/orders/contract/src/index.ts', 'export const nothing = 1;');
    expect(() => readContexts(other.root)).toThrow(
      /libs\/orders\/contract\/src\/index\.ts exports 0 contracts/,
    );
    other.remove();
  });

  it('takes over what the doc comments say', () => {
    expect(descriptionsIn(`${workspace.root}/libs/catalog/contract/src`)).toEqual({
      'catalog.product-listed.v1': 'A product can be bought from now on.',
      'catalog.product-listed.v2': 'A product can be bought from now on, at a price.',
      'catalog.unknown-sku': 'Nobody sells this.',
      'catalog.quote-price.v1': 'What does this cost?',
      'catalog.list-categories.v1': 'What is there to choose from?',
    });
  });
});
