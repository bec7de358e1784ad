import { sensitive } from '@banyan/contracts';
import { Money, pageOf, Sku, text, Uuid } from '@banyan/http';
import { z } from 'zod';
import { MOST_PIECES } from '../domain/cart';
import type { CancellationReason, OrderStatus } from '../domain/order';

const Pieces = z.int().min(1).max(MOST_PIECES);

/** How many pieces a customer wants. */
export const CartItemBody = z.strictObject({ quantity: Pieces }).meta({ id: 'NewCartItem' });

export const CartBody = z
  .object({ items: z.array(z.object({ sku: Sku, quantity: Pieces }).meta({ id: 'CartItem' })) })
  .meta({ id: 'Cart' });

/** What a customer says when ordering the cart. */
export const NewOrderBody = z
  .strictObject({
    addressId: Uuid,
    paymentToken: sensitive(text(200)),
    expectedTotal: Money.optional().describe('The order is refused when it costs anything else'),
  })
  .meta({ id: 'NewOrder' });

const OrderLineBody = z
  .object({ sku: Sku, name: z.string(), quantity: Pieces, price: Money })
  .meta({ id: 'OrderLine' });

const STATUSES = [
  'placed',
  'awaiting-payment',
  'confirmed',
  'cancelling',
  'dispatched',
  'delivered',
  'completed',
  'cancelled',
] satisfies OrderStatus[];
const REASONS = [
  'customer-request',
  'stock-refused',
  'payment-declined',
  'checkout-expired',
  'parcel-lost',
] satisfies CancellationReason[];

const order = {
  id: Uuid,
  status: z.enum(STATUSES),
  cancellationReason: z.enum(REASONS).optional(),
  lines: z.array(OrderLineBody),
  total: Money,
};

const MilestoneBody = z
  .object({ at: z.iso.datetime(), what: z.string(), note: z.string().optional() })
  .meta({ id: 'Milestone' });

/** An order with what happened to it. */
export const OrderBody = z.object({ ...order, timeline: z.array(MilestoneBody) }).meta({ id: 'Order' });

export const OrderPage = pageOf(
  z
    .object({ ...order, placedAt: z.iso.datetime(), changedAt: z.iso.datetime() })
    .meta({ id: 'OrderSummary' }),
);
