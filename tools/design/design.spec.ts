import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '@banyan/servers';
import { Workspace } from '../contracts/testing/workspace';
import { askingPolicies, chatter } from './asks';
import { findingsIn } from './boundaries';
import { contracts } from './contracts';
import { examineDesign } from './design';
import { type Check, DEFAULTS } from './finding';
import { breakingIn, migrations } from './migrations';
import { publicApi } from './public-api';
import { readmes } from './readmes';

/** A small shop whose contexts break each rule once; `well` beside `badly` keeps it. */
const shop = join(__dirname, 'fixtures/shop');
const found = async (check: Check, settings = DEFAULTS) =>
  (await check(shop, settings)).map(({ place, text }) => `${place}: ${text}`);

describe('A migration', () => {
  it.each([
    ['DROP TABLE orders', 'drops the table orders'],
    ['drop table if exists shop.orders', 'drops the table orders'],
    ['ALTER TABLE orders DROP COLUMN note', 'drops the column note of orders'],
    ['ALTER TABLE orders DROP note, ADD COLUMN remark text', 'drops the column note of orders'],
    ['ALTER TABLE orders ADD COLUMN remark text, DROP IF EXISTS note', 'drops the column note of orders'],
    [
      'ALTER TABLE orders RENAME COLUMN note TO remark',
      'renames a part (rename column note to remark) of orders',
    ],
    ['ALTER TABLE orders RENAME TO purchases', 'renames a part (rename to purchases) of orders'],
    ['ALTER TABLE orders ADD COLUMN note text NOT NULL', 'adds a column note that must be filled'],
    ['ALTER TABLE orders ADD note numeric(10, 2) NOT NULL', 'adds a column note that must be filled'],
    ['ALTER TABLE orders ALTER COLUMN note SET NOT NULL', 'forbids NULL in the column note of orders'],
    ['ALTER TABLE orders ALTER note TYPE integer', 'changes the type of the column note of orders'],
    ['ALTER TABLE orders ALTER note SET DATA TYPE integer', 'changes the type of the column note of orders'],
    ['SELECT 1; -- then\nALTER TABLE ONLY "orders" DROP COLUMN "note"', 'drops the column note of orders'],
  ])('is refused that says %s', (sql, what) => {
    expect(breakingIn(sql)).toEqual([
      expect.objectContaining({ text: expect.stringContaining(what) as string }),
    ]);
  });

  it.each([
    'CREATE TABLE notes (id uuid PRIMARY KEY, note text NOT NULL)',
    'ALTER TABLE orders ADD COLUMN note text',
    `ALTER TABLE orders ADD COLUMN note text NOT NULL DEFAULT ''`,
    'ALTER TABLE orders ADD COLUMN n bigint NOT NULL GENERATED ALWAYS AS IDENTITY',
    'ALTER TABLE orders ALTER COLUMN note DROP DEFAULT',
    'ALTER TABLE orders ALTER COLUMN note DROP NOT NULL',
    'ALTER TABLE orders DROP CONSTRAINT orders_check',
    'ALTER TABLE orders ADD CONSTRAINT note_there CHECK (note IS NOT NULL) NOT VALID',
    'ALTER TABLE orders RENAME CONSTRAINT a TO b',
    'ALTER INDEX orders_by_note RENAME TO orders_noted',
    'DROP INDEX orders_by_note',
    `UPDATE orders SET note = 'ALTER TABLE orders DROP COLUMN note'`,
    '-- DROP TABLE orders\nSELECT 1',
    'CREATE TABLE fresh (note text); ALTER TABLE fresh ALTER COLUMN note SET NOT NULL; DROP TABLE fresh',
  ])('may say %s', (sql) => {
    expect(breakingIn(sql)).toEqual([]);
  });

  it('is refused with its place, unless its comment says with a reason that it is of the contract phase', async () => {
    expect(await found(migrations)).toEqual([
      expect.stringMatching(
        /^libs\/badly\/core\/src\/adapters\/migrations\/0002-drop-note\.ts:6: This drops the column note of orders\. .*@contracts/,
      ),
      expect.stringMatching(/^libs\/badly\/.*0003-drop-remark\.ts:4: Say after @contracts why/),
    ]);
  });
});

describe('The public API of the platform', () => {
  it('is documented, each class, function, decorator and option, through whatever file it is exported', async () => {
    expect(await found(publicApi)).toEqual([
      expect.stringMatching(/^libs\/platform\/pots\/src\/pot\.ts:6: Pot is public/),
      expect.stringMatching(/pot\.ts:\d+: boil is public/),
      expect.stringMatching(/pot\.ts:\d+: Lidded is public/),
      expect.stringMatching(/pot\.ts:\d+: PotOptions\.litres is public/),
      expect.stringMatching(/pot\.ts:\d+: Shape is public/),
      expect.stringMatching(/handle\.ts:\d+: Handle is public/),
    ]);
  });
});

describe('A use case', () => {
  it('asks no more than its budget, what its helpers ask included, and never in a loop', async () => {
    expect(await found(chatter)).toEqual([
      expect.stringMatching(
        /^libs\/badly\/core\/src\/features\/price-cart: badly\/price-cart asks other contexts 3 questions, and 2 are its budget \(.*quote\.ts:\d+.*\)/,
      ),
      expect.stringMatching(
        /^libs\/badly\/core\/src\/features\/price-lines\/price-lines\.ts:\d+: badly\/price-lines asks in a loop/,
      ),
    ]);
  });

  it('may be given a larger budget by name', async () => {
    const settings = { ...DEFAULTS, asksAllowed: { 'badly/price-cart': 3 } };

    expect(await found(chatter, settings)).toEqual([expect.stringContaining('in a loop')]);
  });
});

describe('A policy', () => {
  it('asks in prepare, never in handle, nor by a method or a command that handle uses', async () => {
    expect(await found(askingPolicies)).toEqual([
      expect.stringMatching(/policies\.ts:\d+: AskWhenPlaced asks in `handle`/),
      expect.stringMatching(/policies\.ts:\d+: AskByTheWayWhenPlaced asks in `handle`/),
      expect.stringMatching(
        /policies\.ts:\d+: SendWhenPlaced sends PriceCart in `handle`, and its handler asks/,
      ),
    ]);
  });
});

describe('A README', () => {
  it('is there, and fits on a screen', async () => {
    expect(await found(readmes)).toEqual([
      expect.stringMatching(/^libs\/badly\/README\.md: It has 31 lines, and 30 are enough/),
      expect.stringMatching(/^libs\/silent\/README\.md: silent has no README/),
    ]);
  });
});

describe('The boundaries', () => {
  it('are what the linter says about imports, and nothing else that it says', () => {
    const message = (ruleId: string | null, text: string) => ({ ruleId, line: 3, message: text });

    expect(
      findingsIn('/shop', [
        {
          filePath: '/shop/libs/orders/core/src/a.ts',
          messages: [
            message('@nx/enforce-module-boundaries', 'A core imports\n only contracts'),
            message('eqeqeq', 'Expected ==='),
          ],
        },
      ]),
    ).toEqual([
      { check: 'boundaries', place: 'libs/orders/core/src/a.ts:3', text: 'A core imports only contracts' },
    ]);
  });
});

describe('Contracts and message map', () => {
  it('are part of the design: what their own check refuses is a finding, and so is what is stale', async () => {
    const workspace = Workspace.create();
    const texts = (await contracts(workspace.root, DEFAULTS)).map(({ text }) => text);
    workspace.remove();

    expect(texts).toContainEqual(expect.stringMatching(/message-map\.json is missing.*contracts:generate/));
  });
});

describe('npm run check:design', () => {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-design-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const check = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        '-r',
        './tools/dev/register.js',
        'tools/design/check.ts',
        '--skip',
        'boundaries',
        '--skip',
        'contracts',
        ...args,
      ],
      { cwd: root, encoding: 'utf8' },
    );
    return { status, said: stdout + stderr };
  };

  it('ends with 1 and says what to do, where there is something', () => {
    const { status, said } = check('--root', shop);

    expect(status).toBe(1);
    expect(said).toContain('libs/silent/README.md\n  silent has no README. Say in it');
    expect(said).toMatch(/\d+ to mend\./);
  });

  it('ends with 0 where there is nothing', () => {
    cpSync(join(shop, 'libs/well'), join(folder, 'libs/well'), { recursive: true });

    expect(check('--root', folder)).toEqual({
      status: 0,
      said: 'The design holds: migrations, policies, chatter, public-api, readmes.\n',
    });
  });

  it('is told of settings and of checks that mean nothing', async () => {
    const settings = join(folder, 'tools/design/design.settings.json');
    mkdirSync(dirname(settings), { recursive: true });
    writeFileSync(settings, '{ "asks": 3 }');

    await expect(examineDesign(folder)).rejects.toThrow('has asks, which mean nothing');
    await expect(examineDesign(folder, ['lint'])).rejects.toThrow(
      'There is no check lint; there are boundaries,',
    );
  });
});
