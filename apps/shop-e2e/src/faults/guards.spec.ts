import type { Misfortune } from '@banyan/testing';
import { extracted, monolithAlone } from '../shop/placements';
import { Shop } from '../shop/start-shop';
import type { Armed } from './armed';
import { Bustle, type BustleOptions } from './load/bustle';
import { Networks } from './networks';
import { Chance } from './plan/chance';
import { ARMED } from './run';
import { Scene } from './scene';
import { judge } from './verdict';

/*
 * A checker that misses nothing only if it is seen to find something: each guard is switched off here, under a load that
 * needs it, and the rule that it keeps is found broken. With all guards on, the same loads break none.
 */

jest.setTimeout(180_000);

const FULL = process.env['BANYAN_FULL'] === '1';

interface Removal {
  readonly what: string;
  /** Part of every run; the others are of `npm run test:full`, as their guards are seen removed in specs of their own too. */
  readonly always?: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly manners: BustleOptions;
  /** Where processes stumble meanwhile, at one point after the other. (Default: nowhere) */
  readonly stumbles?: readonly Armed[];
  /** What happens to messages meanwhile, orders being apart then. (Default: nothing, with one process) */
  readonly disorder?: Misfortune;
  /** The rule that is found broken. */
  readonly breaks: RegExp;
}

const withoutGuard = (name: string) => ({ BANYAN_REMOVE_GUARDS: name });

/** Whoever cancels what is confirmed meets shipping's decision, and is given money back. */
const REGRETFUL: BustleOptions = { tokens: ['tok_ok'], cancelsOneIn: 1, cancelsConfirmed: true };

const DISORDER: Misfortune = { doublesOneIn: 2, delaysOneIn: 3 };

const removals: Removal[] = [
  {
    what: 'deduplication',
    env: withoutGuard('inbox.deduplication'),
    manners: REGRETFUL,
    stumbles: [{ point: 'relay.after-send', at: 2, stumbles: true }],
    breaks: /^a refund is noted once/,
  },
  {
    what: 'deduplication, on a network that doubles messages',
    env: withoutGuard('inbox.deduplication'),
    manners: REGRETFUL,
    disorder: DISORDER,
    breaks: /^a refund is noted once/,
  },
  {
    what: 'the transaction around handle',
    env: withoutGuard('inbox.mark-in-transaction'),
    manners: REGRETFUL,
    stumbles: [{ point: 'handle.after-commit', at: 2, stumbles: true }],
    breaks: /^a refund is noted once/,
  },
  {
    what: 'the lock on an order',
    env: withoutGuard('orders.row-lock'),
    manners: { cancelsOneIn: 1, cancelsAtOnce: 4, regretsWithinMs: 300 },
    breaks: /^a fact of an order happens once/,
  },
  {
    what: 'the provider’s business key',
    always: true,
    env: { PROVIDER_IGNORES_KEYS: '1' },
    manners: { tokens: ['tok_lost_reply'] },
    breaks: /^the provider took the money for an order once/,
  },
  {
    what: 'shipping’s arbitration',
    always: true,
    env: withoutGuard('shipping.arbitration'),
    manners: REGRETFUL,
    breaks: /^orders and their shipments agree/,
  },
];

/** What a load breaks. */
async function violationsOf({
  env,
  manners,
  stumbles,
  disorder,
}: Omit<Removal, 'what' | 'breaks'>): Promise<string[]> {
  const guarded = Object.keys(env).length === 0;
  const networks = new Networks(disorder ? ['broker'] : [], new Chance(1));
  let shop: Shop | undefined;
  try {
    shop = await Shop.open({
      env: {
        CARRIER: 'simulated',
        SHIPPING_DISPATCH_AFTER: '500ms',
        SHIPPING_DELIVERY_AFTER: '100ms',
        ...env,
      },
      preload: [ARMED],
      placement: disorder ? extracted('orders') : monolithAlone,
      reach: networks.reach,
    });
    const scene = new Scene(shop, networks, {});
    const bustle = await Bustle.begin(shop, new Chance(1), { customers: 8, ...manners });
    networks.disorder.begin(disorder ?? {});
    for (const armed of stumbles ?? [undefined]) {
      scene.arm(armed);
      await bustle.ordered(25);
    }
    scene.arm();
    networks.disorder.end();
    // What got lost would be waited for without end.
    const { violations } = await judge(shop, await bustle.leave(), guarded ? 30_000 : 5_000);
    return [...violations];
  } finally {
    await shop?.close();
    await networks.close();
  }
}

describe('The checker', () => {
  it.each(removals.filter(({ always }) => FULL || always))(
    'finds what breaks without $what',
    async ({ breaks, ...removal }) => {
      const violations = await violationsOf(removal);

      expect(violations).toContainEqual(expect.stringMatching(breaks));
    },
  );

  // In a short run, faults.spec.ts is what finds nothing with all of them.
  const inFull = FULL ? it : it.skip;

  inFull('finds nothing with all of them, wherever processes stumble', async () => {
    const stumbles = removals.flatMap((removal) => removal.stumbles ?? []);

    expect(await violationsOf({ env: {}, manners: REGRETFUL, stumbles })).toEqual([]);
  });

  inFull(
    'finds nothing with all of them on a network that doubles messages and holds them back',
    async () => {
      expect(await violationsOf({ env: {}, manners: REGRETFUL, disorder: DISORDER })).toEqual([]);
    },
  );
});
