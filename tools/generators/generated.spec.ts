import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Checkout } from '../zero-diff/checkout';
import { failedChecks } from '../zero-diff/checks';
import { assertSameCode, playEighth } from '../zero-diff/proof';

const FULL = process.env['BANYAN_FULL'] === '1';

/** Contexts of each shape that the generator has; one of them in a short run. */
const contexts: readonly [name: string, ...options: string[]][] = [
  ['loyalty', '--aggregate', 'reward', '--verb', 'grant'],
  ...(FULL
    ? ([
        ['reviews'],
        ['suppliers', '--on', 'none'],
        ['price-watches', '--aggregate', 'price-watch', '--verb', 'set', '--on', 'catalog.product-listed'],
      ] as [string, ...string[]][])
    : []),
];

let copy: Checkout;
beforeAll(() => {
  copy = Checkout.copy();
});
afterAll(() => copy?.remove());

describe('A generated context, with a command generated into it', () => {
  it('writes nothing while it is only tried', async () => {
    const read = () => readFileSync(join(copy.folder, 'topology.json'), 'utf8');
    const topology = read();

    const said = await copy.generate('context', 'loyalty', '--dry-run');

    expect(said).toContain('CREATE libs/loyalty/core/src/loyalty.module.ts');
    expect(said).toMatch(/^THEN contract\.lock\.json .*, message-map\.json, .*, deploy\/$/m);
    expect(existsSync(join(copy.folder, 'libs/loyalty'))).toBe(false);
    expect(read()).toBe(topology);
  }, 120_000);

  it('is green as it is written: types, lint, format, contracts, design, deployment and its own specs', async () => {
    for (const context of contexts) await copy.generate('context', ...context);
    await copy.generate('command', 'loyalty', 'revoke-reward');

    expect(
      await failedChecks(
        copy,
        contexts.map(([name]) => name),
      ),
    ).toEqual([]);
  }, 600_000);

  (FULL ? it : it.skip)(
    'moves out and back, and acts once for each event, without a change of code',
    async () => {
      const before = copy.hashes();

      expect(await playEighth(copy, { full: false })).toBeGreaterThan(0);

      assertSameCode(before, copy.hashes());
    },
    300_000,
  );
});
