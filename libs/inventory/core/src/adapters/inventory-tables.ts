import { EntitySchema } from 'typeorm';
import type { Receipt } from '../domain/receipts';
import type { StockState } from '../domain/stock';

export const StockTable = new EntitySchema<StockState>({
  name: 'stock',
  tableName: 'stock',
  columns: {
    sku: { type: 'text', primary: true },
    received: { type: 'integer' },
    onHand: { name: 'on_hand', type: 'integer' },
    reserved: { type: 'integer' },
    shipped: { type: 'integer' },
  },
});

export const ReceiptTable = new EntitySchema<Receipt>({
  name: 'receipt',
  tableName: 'receipts',
  columns: {
    id: { type: 'uuid', primary: true },
    sku: { type: 'text' },
    quantity: { type: 'integer' },
    receivedAt: { name: 'received_at', type: 'timestamptz' },
  },
});
