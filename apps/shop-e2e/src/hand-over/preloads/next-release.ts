/*
 * Preloaded into a process of the next release. Orders tells that an order was placed in a second version, beside the first
 * until nobody reads that any more; inventory reads the second. To be loaded before any other that imports a context.
 */
import fs from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from '../../shop/deployable';

const [CONTRACT, PUBLISHER, POLICY] = [
  'libs/orders/contract/src/index.ts',
  'libs/orders/core/src/features/place-order/place-order.ts',
  'libs/inventory/core/src/features/reserve-stock/reserve-stock-when-order-placed.ts',
] as const;

const V1 = `export const OrderPlaced = event(
  'orders.order-placed.v1',
  { orderId: Uuid, customerId: Uuid, lines: z.array(OrderLine).min(1), total: Money },
  { key: 'orderId' },
);`;

const V2 = `${V1.replace('export const OrderPlaced', 'const OrderPlacedV1')}
const piecesOf = (lines: readonly { quantity: number }[]) => lines.reduce((sum, { quantity }) => sum + quantity, 0);
export const OrderPlaced = event(
  'orders.order-placed.v2',
  { orderId: Uuid, customerId: Uuid, basket: z.object({ lines: z.array(OrderLine).min(1), pieces: z.int() }), total: Money },
  {
    key: 'orderId',
    previous: {
      contract: OrderPlacedV1,
      toPrevious: ({ basket, ...same }: any) => ({ ...same, lines: basket.lines }),
      fromPrevious: ({ lines, ...same }: any) => ({ ...same, basket: { lines, pieces: piecesOf(lines) } }),
    },
  },
);`;

/** What differs, by file. */
const EDITS: Readonly<Record<string, readonly (readonly [before: string, after: string])[]>> = {
  [CONTRACT]: [[V1, V2]],
  [PUBLISHER]: [
    [
      'lines: [...lines], total }',
      'basket: { lines: [...lines], pieces: lines.reduce((sum, { quantity }) => sum + quantity, 0) }, total }',
    ],
  ],
  [POLICY]: [['{ orderId, lines }: OrderPlaced', '{ orderId, basket: { lines } }: OrderPlaced']],
};

const edits = new Map(Object.entries(EDITS).map(([file, edit]) => [join(WORKSPACE, file), edit]));
const read = fs.readFileSync;
// Sources are compiled as they are read, see tools/dev/register.js.
fs.readFileSync = ((file: string, ...how: [BufferEncoding]) => {
  const text = read(file, ...how);
  return (edits.get(file) ?? []).reduce((source, [before, after]) => {
    if (!source.includes(before)) throw new Error(`${file} does not read ${before} any more`);
    return source.replace(before, after);
  }, text);
}) as typeof fs.readFileSync;
