import { EntitySchema } from 'typeorm';
import type { CartItem } from '../domain/cart';
import type { CancellationReason, Milestone, OrderLine, OrderStatus } from '../domain/order';

export interface CartRow {
  customerId: string;
  items: CartItem[];
}

export const CartTable = new EntitySchema<CartRow>({
  name: 'cart',
  tableName: 'carts',
  columns: {
    customerId: { name: 'customer_id', type: 'uuid', primary: true },
    items: { type: 'jsonb' },
  },
});

export interface OrderRow {
  id: string;
  customerId: string;
  status: OrderStatus;
  cancellationReason: CancellationReason | null;
  lines: OrderLine[];
  totalAmount: number;
  totalCurrency: string;
  addressId: string;
  paymentToken: string;
}

/** bigint travels as text; amounts are kept within what a number counts exactly. */
const exactly = { to: (amount: number) => amount, from: Number };

export const OrderTable = new EntitySchema<OrderRow>({
  name: 'order',
  tableName: 'orders',
  columns: {
    id: { type: 'uuid', primary: true },
    customerId: { name: 'customer_id', type: 'uuid' },
    status: { type: 'text' },
    cancellationReason: { name: 'cancellation_reason', type: 'text', nullable: true },
    lines: { type: 'jsonb' },
    totalAmount: { name: 'total_amount', type: 'bigint', transformer: exactly },
    totalCurrency: { name: 'total_currency', type: 'text' },
    addressId: { name: 'address_id', type: 'uuid' },
    paymentToken: { name: 'payment_token', type: 'text' },
  },
});

export interface MilestoneRow {
  orderId: string;
  position: number;
  at: Date;
  what: Milestone['what'];
  note: string | null;
}

export const TimelineTable = new EntitySchema<MilestoneRow>({
  name: 'milestone',
  tableName: 'order_timeline',
  columns: {
    orderId: { name: 'order_id', type: 'uuid', primary: true },
    position: { type: 'smallint', primary: true },
    at: { type: 'timestamptz' },
    what: { type: 'text' },
    note: { type: 'text', nullable: true },
  },
});
