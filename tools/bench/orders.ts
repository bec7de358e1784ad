import { event, type EventMessage, type EventOf, sourceOf } from '@banyan/contracts';
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

/** Orders take turns among a thousand keys. */
export const KEYS = Array.from({ length: 1_000 }, () => uuidv7());
const customerId = uuidv7();

/** The nth order of a round. */
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

/** An order as an outbox row holds it, with places for its id and key. */
export const template = (() => {
  const { contract, data } = orderPlaced(0);
  const attributes = {
    specversion: '1.0',
    id: '@id',
    source: sourceOf('sales'),
    type: contract.type,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    partitionkey: '@key',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    correlationid: uuidv7(),
  };
  return {
    type: contract.type,
    attributes: JSON.stringify(attributes),
    data: JSON.stringify({ ...(data as OrderPlaced), orderId: '@key' }),
  };
})();

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
    await database().query(INSERT_EFFECT, effectOf(data as OrderPlaced));
    done();
  },
});
