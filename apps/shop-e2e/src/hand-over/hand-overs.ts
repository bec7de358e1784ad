import type { Running } from '../shop/deployable';
import { extracted } from '../shop/placements';
import type { ShopOptions } from '../shop/options';
import type { Stage } from './stage';
import type { Kind } from './stopwatch';

/** One step of a hand-over, of which the pause is measured. */
export interface Move {
  readonly what: string;
  readonly carryOut: (stage: Stage) => Promise<void>;
}

/** Processes that are replaced while customers go on. */
export interface HandOver {
  readonly name: string;
  /** What clients ask of the context that moves. */
  readonly moved: Kind;
  readonly shop?: ShopOptions;
  readonly moves: readonly Move[];
  /** Of the next release, to which a new subscription belongs: what was told before is told to it at the end. (Default: no) */
  readonly repeats?: { readonly of: string; readonly to: string };
}

const outAndBack = (context: string, moved: Kind): HandOver => ({
  name: `${context} leaves and comes back`,
  moved,
  moves: [
    { what: `extract ${context}`, carryOut: (stage) => stage.extract(context) },
    { what: `absorb ${context}`, carryOut: (stage) => stage.absorb(context) },
  ],
});

const dataOutAndBack = (context: string): Move[] => [
  { what: 'to a server of their own', carryOut: (stage) => stage.moveOut(context) },
  { what: 'back', carryOut: (stage) => stage.moveBack(context) },
];

const rollAll = async (stage: Stage): Promise<void> => stage.replace([...stage.shop.running.values()]);

/** Old and new side by side for a while, then the new alone. */
async function release(stage: Stage, processes: readonly Running[]): Promise<void> {
  const next = await stage.nextRelease();
  for (const { name } of processes) await stage.enter(name, next);
  await stage.leave(...processes);
}

export const HAND_OVERS: Readonly<Record<string, HandOver>> = {
  orders: outAndBack('orders', 'look at orders'),
  payments: outAndBack('payments', 'look at payments'),
  inventory: outAndBack('inventory', 'look at stock'),
  data: {
    name: 'the data of payments leave and come back',
    moved: 'look at payments',
    moves: dataOutAndBack('payments'),
  },
  'data-apart': {
    name: 'the same, payments apart',
    moved: 'look at payments',
    shop: { placement: extracted('payments') },
    moves: dataOutAndBack('payments'),
  },
  instances: {
    name: 'two processes of each deployable',
    moved: 'look at orders',
    moves: [
      { what: 'a second monolith comes', carryOut: async (stage) => void (await stage.enter('monolith')) },
      { what: 'both monoliths are replaced', carryOut: rollAll },
      { what: 'extract orders into two', carryOut: (stage) => stage.extract('orders', 2) },
      { what: 'all four are replaced', carryOut: rollAll },
      { what: 'absorb orders into two', carryOut: (stage) => stage.absorb('orders') },
    ],
  },
  release: {
    name: 'old and new code in one process',
    moved: 'look at stock',
    repeats: { of: 'orders', to: 'inventory' },
    moves: [
      {
        what: 'the next release, side by side',
        carryOut: (stage) => release(stage, stage.of('monolith')),
      },
    ],
  },
  'release-apart': {
    name: 'old and new code, inventory apart',
    moved: 'look at stock',
    shop: { placement: extracted('inventory') },
    repeats: { of: 'orders', to: 'inventory' },
    moves: [
      {
        what: 'the next release, side by side',
        carryOut: (stage) => release(stage, [...stage.of('inventory-service'), ...stage.of('monolith')]),
      },
    ],
  },
  'first-start': {
    name: 'a service starts late, whose events waited',
    moved: 'look at payments',
    shop: { placement: extracted('payments'), absent: ['payments-service'] },
    moves: [
      {
        what: 'payments-service starts for the first time',
        carryOut: async (stage) => void (await stage.enter('payments-service')),
      },
    ],
  },
};
