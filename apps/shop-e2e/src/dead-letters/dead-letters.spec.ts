import { loadMessageMap } from '@banyan/hosting';
import { eventually } from '@banyan/testing';
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { effects } from '../faults/verdict';
import { brokenRules } from '../shop/books';
import { CONTEXTS, eachApart, monolithAlone, type Placement } from '../shop/placements';
import { Shop } from '../shop/start-shop';
import { stored } from '../shop/stored';
import { inTurns } from './in-turns';
import { type ListedLetter, Operator } from './operator';
import { Scene } from './scene';
import { stories, type Story } from './stories';

jest.setTimeout(180_000);

/** After so many attempts, and some milliseconds, a message is given up here. */
const ATTEMPTS = 3;

const IMPATIENT = {
  BANYAN_MAX_ATTEMPTS: String(ATTEMPTS),
  BANYAN_FIRST_RETRY: '10ms',
  BANYAN_LONGEST_RETRY: '20ms',
  // Parcels move when a story says so.
  CARRIER: 'simulated',
  SHIPPING_DISPATCH_AFTER: '2h',
  SHIPPING_DELIVERY_AFTER: '2h',
};

const placements: [string, Placement][] = [
  ['with one process', monolithAlone],
  ...(process.env['BANYAN_FULL'] === '1'
    ? [['with each context in a process of its own', eachApart] as [string, Placement]]
    : []),
];

/** All subscriptions of all contexts, those to timers of their own included, such as `inventory/reserve-stock`. */
const subscriptions = Object.entries(loadMessageMap().contexts).flatMap(([context, { subscribes, timers }]) =>
  Object.keys({ ...subscribes, ...timers }).map((subscription) => `${context}/${subscription}`),
);

interface Told {
  readonly story: Story;
  readonly mark: string;
  /** Missing where the story went another way. */
  scene?: Scene;
  /** Why it did. */
  failure?: unknown;
}

/** Has a story go on, or end where it went another way. */
async function tell(told: Told, act: (scene: Scene) => Promise<unknown> | undefined): Promise<void> {
  if (!told.scene) return;
  try {
    await act(told.scene);
  } catch (failure) {
    told.failure ??= failure;
    told.scene = undefined;
  }
}

describe.each(placements)('A shop %s whose policies fail', (_, placement) => {
  const file = join(tmpdir(), `banyan-broken-${randomUUID()}`);
  const all: Told[] = stories.map((story, n) => ({
    story,
    mark: `${story.broken[0]!.replace('/', '.')}-${n}`,
  }));
  let shop: Shop;
  let operator: Operator;
  /** What the tool listed before anybody did anything about it. */
  let letters: ListedLetter[];

  const lettersOf = ({ story, mark }: Told): Promise<ListedLetter[]> =>
    Promise.all(
      story.broken.map(async (name) => {
        const [context, subscription] = name.split('/');
        const [row] = await shop.sql<{ id: string }>(
          `SELECT id FROM "${context}".inbox_dead WHERE subscription = $1 AND attributes::json->>'correlationid' LIKE $2`,
          [subscription, `${mark}:%`],
        );
        const letter = letters.find((each) => each.id === row?.id && each.subscription === subscription);
        if (!letter) throw new Error(`${name} of ${mark} is not among the dead letters`);
        return letter;
      }),
    );

  beforeAll(async () => {
    await writeFile(file, '');
    shop = await Shop.open({
      placement,
      env: { ...IMPATIENT, BANYAN_BROKEN: file },
      preload: [join(__dirname, 'broken.ts')],
    });
    operator = new Operator(shop);
    await inTurns(8, all, async (told) => {
      const { story, mark } = told;
      const { broken, pieces } = story;
      await Scene.set(shop, { broken, pieces, mark }).then(
        (scene) => (told.scene = scene),
        (failure) => (told.failure = failure),
      );
      await tell(told, story.meanwhile);
    });
    letters = (await inTurns(2, CONTEXTS, (context) => operator.list(context))).flat();
  });

  afterAll(async () => {
    await shop?.close();
    await rm(file, { force: true });
  });

  it('gives messages up for every subscription of the message map', () => {
    const met = new Set(letters.map(({ context, subscription }) => `${context}/${subscription}`));

    expect([...met].sort()).toEqual([...subscriptions].sort());
  });

  it('tells how many they are, and the story of each', async () => {
    const kept = Object.fromEntries(
      CONTEXTS.map((context) => [context, letters.filter((letter) => letter.context === context).length]),
    );

    expect(await operator.counted()).toEqual(kept);
    for (const { context, subscription, ...letter } of letters)
      expect(letter).toMatchObject({ attempts: ATTEMPTS, error: `${context}.${subscription} is broken` });
  });

  describe('once they are repaired, and the letters replayed,', () => {
    beforeAll(async () => {
      await rm(file);
    });

    it('has back what nothing has overtaken, and is told of what was', async () => {
      const overtaken = await Promise.all(
        all.filter(({ story }) => story.needs).map(async (told) => [told, await lettersOf(told)] as const),
      );

      const printed = await inTurns(2, CONTEXTS, (context) => operator.replayAll(context));

      for (const [n, context] of CONTEXTS.entries()) {
        const dead = letters.filter((letter) => letter.context === context);
        const left = overtaken.flatMap(([, them]) => them).filter((letter) => letter.context === context);
        expect(printed[n]).toMatch(
          `${dead.length - left.length} in the inbox again, ${left.length} left where they were`,
        );
        for (const { id, subscription } of left)
          expect(printed[n]).toContain(`${id} stays dead for ${subscription}`);
      }
      const [[, [first]]] = overtaken as [(typeof overtaken)[number]];
      await expect(operator.replay(first!)).rejects.toThrow(/replay with force/);
      const lettersThatNeed = (needs: Story['needs']) =>
        overtaken.flatMap(([{ story }, them]) => (story.needs === needs ? them : []));
      await inTurns(2, lettersThatNeed('discarding'), operator.discard);
      const forced = new Set(lettersThatNeed('force').map(({ context }) => context));
      await inTurns(2, [...forced], (context) => operator.replayAll(context, '--force'));
    });

    it('goes on where it stopped', async () => {
      await inTurns(8, all, (told) => tell(told, (scene) => told.story.afterwards?.(scene)));
      // What was packed and then cancelled is still waited for by its van.
      for (const type of ['shipping.dispatch-due.v1', 'shipping.delivery-due.v1']) await shop.comesDue(type);

      await shop.quiet();

      await eventually(async () => {
        const counted = await operator.counted();
        expect(Object.values(counted)).toEqual(CONTEXTS.map(() => 0));
      });
    });

    it.each(all.map((told) => [told.story.broken.join(' and '), told.story.what, told] as const))(
      'comes to a right end: without %s, %s',
      async (_broken, _what, { story, scene, failure }) => {
        if (!scene) throw failure;
        await story.ends(scene);
      },
    );

    it('has its books in order, and has done everything once', async () => {
      await shop.quiet();

      expect(await brokenRules(shop)).toEqual({});
      expect(await effects(shop)).toEqual([]);
    });

    it('does nothing that it hears again', async () => {
      const before = await stored(shop);

      const printed = await operator.republish('payments', 'orders');
      await shop.quiet();

      expect(printed).toMatch(/[1-9]\d* events of payments were sent to orders/);
      expect(await stored(shop)).toEqual(before);
    });
  });
});
