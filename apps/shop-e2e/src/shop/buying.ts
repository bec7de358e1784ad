import { eventually } from '@banyan/testing';
import { randomUUID } from 'node:crypto';
import type { Answer, Visitor } from './visitor';

/** Puts things into the cart and orders it; answers what the shop said to the order. */
export async function order(
  customer: Visitor,
  items: Readonly<Record<string, number>>,
  { key = randomUUID(), ...but }: { key?: string; paymentToken?: string } = {},
): Promise<Answer> {
  for (const [sku, quantity] of Object.entries(items)) {
    const put = await customer.put(`/cart/items/${sku}`, { quantity });
    if (put.status !== 200) throw new Error(`${sku} did not get into the cart: ${JSON.stringify(put.body)}`);
  }
  return customer.post('/orders', { ...customer.delivery, ...but }, { 'Idempotency-Key': key });
}

/** The order, once it has come to one of these. */
export const orderThatIs = (customer: Visitor, id: string, ...statuses: string[]) =>
  eventually(
    async () => {
      const { body } = await customer.get(`/orders/${id}`);
      if (!statuses.includes(body.status))
        throw new Error(`Order ${id} should be ${statuses.join(' or ')}: ${JSON.stringify(body)}`);
      return body;
    },
    { timeoutMs: 15_000, everyMs: 25 },
  );

/** The stock of a product, once `holds` is true of it. */
export const stockThat = (
  visitor: Visitor,
  sku: string,
  holds: (stock: { received: number; onHand: number; reserved: number; shipped: number }) => boolean,
) =>
  eventually(
    async () => {
      const { body } = await visitor.get(`/stock/${sku}`);
      if (!holds(body)) throw new Error(`Stock should differ: ${JSON.stringify(body)}`);
      return body;
    },
    { timeoutMs: 15_000, everyMs: 25 },
  );

/** The shipment of an order, once it has come to one of these. */
export const shipmentThatIs = (visitor: Visitor, orderId: string, ...statuses: string[]) =>
  eventually(
    async () => {
      const { body } = await visitor.get(`/shipments?orderId=${orderId}`);
      const [shipment] = body.items;
      if (!statuses.includes(shipment?.status))
        throw new Error(`The shipment should be ${statuses.join(' or ')}: ${JSON.stringify(body)}`);
      return shipment;
    },
    { timeoutMs: 15_000, everyMs: 25 },
  );

/** The payment of an order, once it has come to one of these. */
export const paymentThatIs = (visitor: Visitor, orderId: string, ...statuses: string[]) =>
  eventually(
    async () => {
      const { body } = await visitor.get(`/payments?orderId=${orderId}`);
      const [payment] = body.items;
      if (!statuses.includes(payment?.status))
        throw new Error(`The payment should be ${statuses.join(' or ')}: ${JSON.stringify(body)}`);
      return payment;
    },
    { timeoutMs: 15_000, everyMs: 25 },
  );

let products = 0;

/** Lists a product of which there are `pieces`, and answers its SKU. */
export async function aProduct(
  staff: Visitor,
  { pieces = 100, amount = 1000 }: { pieces?: number; amount?: number } = {},
): Promise<string> {
  const sku = `E2E-${++products}`;
  const listed = await staff.post('/products', {
    sku,
    name: `Wonder ${sku}`,
    description: 'Made for this test.',
    category: 'wonders',
    price: { amount, currency: 'EUR' },
  });
  if (listed.status !== 201) throw new Error(JSON.stringify(listed.body));
  if (pieces > 0) {
    const received = await staff.post(`/stock/${sku}/receipts`, { quantity: pieces });
    if (received.status !== 201) throw new Error(JSON.stringify(received.body));
  }
  return sku;
}
