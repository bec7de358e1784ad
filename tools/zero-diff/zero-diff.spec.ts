import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Checkout } from './checkout';
import { hashesOf } from './hashes';
import { assertOnlyMoved } from './move';
import { assertSameCode, prove } from './proof';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'banyan-zero-diff-'));
  for (const path of ['topology.json', ORDER, MAIN, 'apps/monolith/project.json', 'docs/shop.md', COMPOSE])
    write(path, 'as it was');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ORDER = 'libs/orders/core/src/domain/order.ts';
const MAIN = 'apps/monolith/src/main.ts';
const COMPOSE = 'deploy/compose.yaml';

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

describe('A move', () => {
  it('edits the topology; what is generated from it follows', () => {
    const before = hashesOf(folder);

    for (const path of ['topology.json', 'docs/shop.md', COMPOSE, 'deploy/new.yaml']) write(path, 'as it is');

    expect(assertOnlyMoved(before, hashesOf(folder), 'extract orders')).toEqual([
      COMPOSE,
      'deploy/new.yaml',
      'docs/shop.md',
      'topology.json',
    ]);
  });

  it.each([ORDER, MAIN, 'apps/monolith/project.json', 'libs/new.ts'])(
    'that touched %s is named with it',
    (path) => {
      const before = hashesOf(folder);

      write('topology.json', 'as it is');
      write(path, 'as it was.');

      expect(() => assertOnlyMoved(before, hashesOf(folder), 'extract orders')).toThrow(
        `extract orders changed more than the topology: ${path}`,
      );
    },
  );

  it('that left the topology alone was none', () => {
    const before = hashesOf(folder);

    expect(() => assertOnlyMoved(before, hashesOf(folder), 'extract orders')).toThrow(
      'extract orders did not edit topology.json',
    );
  });
});

describe('Code that should be as it was', () => {
  it.each([
    ['of a context', ORDER],
    ['of a deployable', MAIN],
  ])('%s is named when one byte of it differs', (_, path) => {
    const before = hashesOf(folder);

    write(path, 'as it waz');

    expect(() => assertSameCode(before, hashesOf(folder))).toThrow(`Code differs: ${path}`);
  });

  it('is named when it is gone, or new', () => {
    const before = hashesOf(folder);

    rmSync(join(folder, ORDER));
    write('libs/new.ts', '');

    expect(() => assertSameCode(before, hashesOf(folder))).toThrow(`Code differs: libs/new.ts, ${ORDER}`);
  });

  it('does not hinder the topology from moving', () => {
    const before = hashesOf(folder);

    write('topology.json', 'as it is');

    expect(() => assertSameCode(before, hashesOf(folder))).not.toThrow();
  });
});

if (process.env['BANYAN_FULL'] === '1')
  describe('Every context of this checkout, and one more,', () => {
    let copy: Checkout;
    beforeAll(() => {
      copy = Checkout.copy();
    });
    afterAll(() => copy?.remove());

    it('leave and come back without a change of code', async () => {
      expect(await prove(copy)).toContainEqual(
        expect.objectContaining({ seen: expect.stringContaining('none of which differs') }),
      );
    }, 2_400_000);
  });
