import type { Step } from '../../shop/stage';
import type { Shop } from '../../shop/start-shop';
import type { Visitor } from '../../shop/visitor';
import type { Heard, Listener } from './listener';

/** The step after all others. */
export const AT_LAST: Step = { name: 'at last', race: false };

/** What everybody sees who took part in more than races, once nothing is under way any more. */
export async function settled(shop: Shop, listener: Listener): Promise<readonly Heard[]> {
  const goods = goodsOf(listener);
  const from = listener.heard.length;
  listener.enter(AT_LAST);
  for (const [who, { staff, race }] of listener.people) {
    if (race) continue;
    const visitor = await shop.as(who, { staff });
    if (staff) for (const sku of goods) await visitor.get(`/stock/${sku}`);
    else await lookAround(visitor);
  }
  return listener.heard.slice(from);
}

async function lookAround(customer: Visitor): Promise<void> {
  await customer.get('/users/me');
  await customer.get('/cart');
  const orders = await customer.get('/orders?limit=100');
  for (const { id } of orders.body.items as { id: string }[]) {
    await customer.get(`/orders/${id}`);
    await customer.get(`/payments?orderId=${id}`);
    await customer.get(`/shipments?orderId=${id}`);
    await customer.get(`/invoices/${id}`);
  }
  const { body } = await customer.get('/notifications?limit=100');
  // Of different orders, and of what different contexts tell of one, whichever was heard first.
  const unordered = (note: { id: string; at?: string; sentAt?: string }) =>
    JSON.stringify({ ...note, id: '', createdAt: '', sentAt: '' });
  body.items.sort((one: never, other: never) => unordered(one).localeCompare(unordered(other)));
}

/** What was put into carts, or made for it, but for races. */
const goodsOf = ({ heard }: Listener): string[] => [
  ...new Set(
    heard.flatMap(({ step, path }) => {
      const [, sku] = /^\/(?:cart\/items|stock)\/([^/]+)/.exec(path) ?? [];
      return sku && !step.race ? [sku] : [];
    }),
  ),
];
