import { EntitySchema } from 'typeorm';
import {
  type Address,
  type CancellationReason,
  type Milestone,
  Order,
  type OrderLine,
  type OrderStatus,
} from '../domain/order';

export interface OrderRow {
  id: string;
  customerId: string;
  status: OrderStatus;
  cancellationReason: CancellationReason | null;
  lines: OrderLine[];
  /** A bigint travels as text; amounts stay within what a number counts exactly. */
  totalAmount: string;
  totalCurrency: string;
  address: Address;
  addressId: string;
  paymentToken: string;
  timeline: Milestone[];
}

export const OrderTable = new EntitySchema<OrderRow>({
  name: 'order',
  tableName: 'orders',
  columns: {
    id: { type: 'uuid', primary: true },
    customerId: { name: 'customer_id', type: 'uuid' },
    status: { type: 'text' },
    cancellationReason: { name: 'cancellation_reason', type: 'text', nullable: true },
    lines: { type: 'json' },
    totalAmount: { name: 'total_amount', type: 'bigint' },
    totalCurrency: { name: 'total_currency', type: 'text' },
    address: { type: 'json' },
    addressId: { name: 'address_id', type: 'uuid' },
    paymentToken: { name: 'payment_token', type: 'text' },
    timeline: { type: 'json' },
  },
});

/** An order as it was saved. */
export function orderOf({ totalAmount, totalCurrency, cancellationReason, ...row }: OrderRow): Order {
  return Order.restore({
    ...row,
    ...(cancellationReason && { cancellationReason }),
    total: { amount: Number(totalAmount), currency: totalCurrency },
  });
}
