import { type TestBroker } from '@banyan/testing';
import { join } from 'node:path';
import { CONTEXTS } from '../shop/placements';
import { Shop } from '../shop/start-shop';
import { Bustle } from './load/bustle';
import { Networks } from './networks';
import type { Fault } from './plan/fault';
import type { Plan } from './plan/plan';
import { Scene, type Servers } from './scene';
import { judge } from './verdict';

/** What processes load so that they can be told to die. */
export const ARMED = join(__dirname, 'armed.ts');

/** What became of a plan. */
export interface Outcome {
  readonly orders: number;
  /** Events that were published. */
  readonly events: number;
  /** How often clients were given each status; 0 for no answer. */
  readonly statuses: Readonly<Record<number, number>>;
  readonly violations: readonly string[];
  /** Failpoints at which processes died. */
  readonly deaths: readonly string[];
  /** Failpoints that nobody passed in time. */
  readonly missed: readonly string[];
  /** How many messages a disorderly network brought twice, and how many it held back. */
  readonly doublings: number;
  readonly delays: number;
  /** From the end of the last fault until no message was under way any more. */
  readonly recoverySeconds: number;
}

/** Carries a plan out, lets everything become quiet, and judges. */
export async function carryOut(
  plan: Plan,
  servers: Servers & { corner?: TestBroker } = {},
): Promise<Outcome> {
  const { chance, faults, placement, env } = plan;
  const networks = new Networks(faults.flatMap(networksOf), chance.fork());
  let shop: Shop | undefined;
  try {
    shop = await Shop.open({
      placement,
      env,
      preload: [ARMED],
      reach: networks.reach,
      broker: servers.corner,
    });
    const scene = new Scene(shop, networks, servers);
    const bustle = await Bustle.begin(shop, chance.fork());
    for (const fault of faults) {
      await bustle.ordered(chance.between(5, 20));
      await scene.strike(fault);
    }
    const told = await bustle.leave();
    const { violations, quietAt } = await judge(shop, told);
    const logs = CONTEXTS.map((context) => `(SELECT count(*) FROM "${context}".event_log)`).join(' + ');
    const [row] = await shop.sql<{ events: number }>(`SELECT (${logs})::int AS events`);
    return {
      orders: told.orders.size,
      events: row!.events,
      statuses: told.statuses,
      violations,
      deaths: scene.deaths,
      missed: scene.missed,
      doublings: networks.disorder.doublings,
      delays: networks.disorder.delays,
      recoverySeconds: Math.max(0, quietAt - scene.overAt) / 1_000,
    };
  } finally {
    await shop?.close();
    await networks.close();
  }
}

const networksOf = (fault: Fault): string[] => {
  if (fault.is === 'network') return [fault.to];
  if (fault.is === 'disorder') return ['broker'];
  return fault.is === 'death' && fault.by ? networksOf(fault.by) : [];
};
