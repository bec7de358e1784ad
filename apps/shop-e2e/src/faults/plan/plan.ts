import type { Misfortune } from '@banyan/testing';
import { CONTEXTS, eachApart, monolithAlone, type Placement } from '../../shop/placements';
import { Chance } from './chance';
import type { Fault } from './fault';
import { needsBroker, needsDebt, needsFailure, POINTS } from './points';

/** What a seed means. */
export interface Plan {
  readonly seed: number;
  readonly placement: Placement;
  /** The process environment's part in it. */
  readonly env: Readonly<Record<string, string>>;
  /** One after the other. */
  readonly faults: readonly Fault[];
  /** For all who take part. */
  readonly chance: Chance;
}

/** Who tells whom something, in the shop. */
const TELLS: readonly (readonly [string, string])[] = [
  ['orders', 'inventory'],
  ['orders', 'payments'],
  ['orders', 'shipping'],
  ['orders', 'notifications'],
  ['inventory', 'orders'],
  ['payments', 'orders'],
  ['payments', 'notifications'],
  ['shipping', 'orders'],
  ['shipping', 'inventory'],
  ['shipping', 'notifications'],
];

/** Successive seeds pass through all failpoints. */
export function planOf(seed: number): Plan {
  const chance = new Chance(seed);
  const point = POINTS[seed % POINTS.length]!;
  const placement = placementFor(point, chance);
  const others = Array.from({ length: chance.between(2, 3) }, () => mishap(placement, chance));
  const faults = [...others];
  faults.splice(chance.below(faults.length + 1), 0, deathAt(point, chance));
  return {
    seed,
    placement,
    faults,
    env: {
      CARRIER: 'simulated',
      SHIPPING_DISPATCH_AFTER: chance.of(['50ms', '150ms', '300ms']),
      SHIPPING_DELIVERY_AFTER: chance.of(['50ms', '150ms', '300ms']),
      ORDERS_CHECKOUT_DEADLINE: chance.of(['15m', '15m', '3s', '1s']),
      PAYMENTS_LONGEST_RETRY: '1s',
    },
    chance,
  };
}

/** Whether the plan restarts a server, which must be the run's own then. */
export const restarts = (plan: Plan, name: 'broker' | 'database'): boolean =>
  plan.faults.some((fault) => fault.is === 'server' && fault.name === name);

/** In words. */
export function wordsForPlacement(placement: Placement): string {
  const services = Object.keys(placement).filter((name) => name !== 'monolith');
  if (services.length === 0) return 'monolith';
  if (services.length === CONTEXTS.length - 1) return 'all seven apart';
  return `apart: ${services.map((name) => name.replace('-service', '')).join(', ')}`;
}

function placementFor(point: string, chance: Chance): Placement {
  if (needsDebt(point)) return monolithAlone;
  const kind = chance.of(
    needsBroker(point) ? ['some', 'some', 'all'] : ['one', 'one', 'some', 'some', 'all'],
  );
  if (kind === 'one') return monolithAlone;
  if (kind === 'all') return eachApart;
  // Orders asks and is told the most; without it apart, some points might never be passed.
  const apart = CONTEXTS.filter((each) => (each === 'orders' && needsBroker(point)) || chance.oneIn(4));
  if (apart.length === 0) apart.push(chance.of(CONTEXTS));
  return {
    monolith: CONTEXTS.filter((each) => !apart.includes(each)),
    ...Object.fromEntries(apart.map((each) => [`${each}-service`, [each]])),
  };
}

function deathAt(point: string, chance: Chance): Fault {
  const awayMs = chance.between(0, 500);
  if (needsFailure(point))
    return { is: 'death', point, at: 1, awayMs, by: { is: 'refusals', forMs: 10_000 } };
  if (needsDebt(point))
    return {
      is: 'death',
      point,
      at: 1,
      awayMs,
      by: { is: 'network', to: 'inventory', how: 'cut', forMs: 10_000 },
    };
  const by = needsBroker(point) && chance.oneIn(2) ? disorder(10_000, chance) : undefined;
  return { is: 'death', point, at: chance.between(1, 15), awayMs, by };
}

function disorder(forMs: number, chance: Chance): Fault {
  const [doublesOneIn, delaysOneIn] = [chance.between(1, 4), chance.between(2, 5)];
  return {
    is: 'disorder',
    of: chance.of<Misfortune>([{ doublesOneIn }, { delaysOneIn }, { doublesOneIn, delaysOneIn }]),
    forMs,
  };
}

function mishap(placement: Placement, chance: Chance): Fault {
  const processes = Object.keys(placement);
  const awayMs = chance.between(0, 1_000);
  const overBroker = processes.length > 1;
  const [of, to] = chance.of(TELLS);
  const kill = (names: readonly string[]): Fault => ({ is: 'kill', processes: names, awayMs });
  return chance.of<() => Fault>([
    () => kill([chance.of(processes)]),
    () => kill([chance.of(processes)]),
    () => kill([...processes, 'payment-provider']),
    () => kill(['payment-provider']),
    () => ({ is: 'sessions-end', times: chance.between(1, 4) }),
    () => ({
      is: 'network',
      to: chance.of([...CONTEXTS, 'payment-provider', ...(overBroker ? ['broker', 'broker', 'broker'] : [])]),
      how: chance.of(['cut', 'stall']),
      forMs: chance.between(300, 1_500),
    }),
    () => ({
      is: 'server',
      name: overBroker ? chance.of(['broker', 'database']) : 'database',
      how: chance.of(['kill', 'stop']),
      awayMs,
    }),
    () => ({ is: 'refusals', forMs: chance.between(300, 1_500) }),
    () => ({ is: 'repetition', of: of!, to: to! }),
    ...(overBroker
      ? Array.from({ length: 3 }, () => () => disorder(chance.between(500, 3_000), chance))
      : []),
  ])();
}
