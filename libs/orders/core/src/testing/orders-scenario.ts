import { ContextUnavailable } from '@banyan/contracts';
import { type HttpCall, Scenario } from '@banyan/testing';
import { QuotePrices } from '@shop/catalog/contract';
import { DeliveryAddress } from '@shop/users/contract';
import { randomUUID } from 'node:crypto';
import { OrdersModule } from '../orders.module';
import { addressOf, catalogOf } from './orders';

export const DETAILS = { addressId: '0190b6a0-0000-7000-8000-0000000000ad', paymentToken: 'tok_ok' };

/** Orders alone, beside a catalog that sells what `prices` lists, in cents, and users who have every address but NOWHERE. It cannot be reached for the SKU AWAY. */
export async function ordersScenario(prices: Record<string, number>) {
  const scenario = await Scenario.of(OrdersModule);
  scenario.play(QuotePrices, (request) => {
    if (request.skus.includes('AWAY')) throw new ContextUnavailable('catalog', 'the test says so');
    return catalogOf(prices)(request);
  });

  scenario.play(DeliveryAddress, addressOf);

  const put = (sku: string, quantity: unknown, as = 'ann') =>
    scenario.http(`PUT /cart/items/${sku}`, { as, body: { quantity } });
  const order = (call: HttpCall = {}) =>
    scenario.http('POST /orders', { as: 'ann', key: randomUUID(), body: DETAILS, ...call });
  return {
    scenario,
    put,
    order,
    cart: async (as = 'ann') => (await scenario.http('GET /cart', { as })).body.items,
    show: async (id: string, as = 'ann') => (await scenario.http(`GET /orders/${id}`, { as })).body,
    /** Orders two mugs, and returns the order's id. */
    place: async (as = 'ann'): Promise<string> => {
      await put('MUG', 2, as);
      return (await order({ as })).body.id;
    },
  };
}

export type OrdersScenario = Awaited<ReturnType<typeof ordersScenario>>;
