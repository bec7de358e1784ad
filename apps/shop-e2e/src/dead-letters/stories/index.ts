import { accounts } from './accounts';
import { inventory } from './inventory';
import { notifications } from './notifications';
import { orders } from './orders';
import { payments } from './payments';
import { shipping } from './shipping';
import type { Story } from './story';

export type { Story } from './story';

/** At least one for each subscription of every context; more where it matters what goes on meanwhile. */
export const stories: readonly Story[] = [
  ...inventory,
  ...orders,
  ...payments,
  ...shipping,
  ...notifications,
  ...accounts,
];
