import { event, type EventOf, type EventMessage } from '@banyan/contracts';
import type { SubscriptionHandler } from '@banyan/messaging';
import type { Database } from '@banyan/persistence';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';

/** What the benchmarks publish: about 300 bytes, as an order of two lines weighs. */
export const OrderPlaced = event(
  'sales.order-placed.v1',
  {
    orderId: z.uuid(),
    customerId: z.uuid(),
    lines: z.array(
      z.object({
        sku: z.string(),
        name: z.string(),
        quantity: z.int(),
        unitPrice: z.object({ amount: z.int(), currency: z.string() }),
      }),
    ),
    total: z.object({ amount: z.int(), currency: z.string() }),
  },
  { key: 'orderId' },
);
export type OrderPlaced = EventOf<typeof OrderPlaced>;

const KEYS = Array.from({ length: 1_000 }, () => uuidv7());
const customerId = uuidv7();

/** The nth order of a round; orders take turns among a thousand keys. */
export const orderPlaced = (n: number): EventMessage =>
  OrderPlaced({
    orderId: KEYS[n % KEYS.length] as string,
    customerId,
    lines: [
      { sku: 'MUG-BLUE', name: 'Blue mug', quantity: 2, unitPrice: { amount: 1290, currency: 'EUR' } },
      { sku: 'POT-CAST', name: 'Cast iron pot', quantity: 1, unitPrice: { amount: 8900, currency: 'EUR' } },
    ],
    total: { amount: 11480, currency: 'EUR' },
  });

/** The business part of each handler, and of each floor. */
export const INSERT_EFFECT = {
  name: 'insert-effect',
  text: 'INSERT INTO effects (order_id, customer_id, total) VALUES ($1, $2, $3)',
};
export const effectOf = ({ orderId, customerId, total }: OrderPlaced) => [orderId, customerId, total.amount];

/** A policy of one insert. */
export const insertWhenOrderPlaced = (database: () => Database, done: () => void): SubscriptionHandler => ({
  contract: OrderPlaced,
  name: 'note-order',
  identity: 'note-order',
  group: 'policies',
  handle: async (data) => {
    await database().query(INSERT_EFFECT.text, effectOf(data as OrderPlaced));
    done();
  },
});
