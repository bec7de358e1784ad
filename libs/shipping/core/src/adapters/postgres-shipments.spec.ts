import { contextDatabase, type ContextDatabase, inMemorySeam } from '@banyan/testing';
import { v7 as uuidv7 } from 'uuid';
import type { ShipmentState } from '../domain/shipment';
import { ShipmentNotFound } from '../domain/shipment-errors';
import { CarrierClock } from '../features/carrier-clock';
import {
  DecideCancellation,
  DecideCancellationHandler,
} from '../features/decide-cancellation/decide-cancellation';
import { DispatchShipment, DispatchShipmentHandler } from '../features/dispatch-shipment/dispatch-shipment';
import { aConfirmedOrder, ANN, anAddress, BOB } from '../testing/shipping';
import { ManualCarrier } from './manual-carrier';
import { shipments as migration } from './migrations/0001-shipments';
import { PostgresShipments } from './postgres-shipments';

let context: ContextDatabase;
let shipments: PostgresShipments;

beforeAll(async () => {
  context = await contextDatabase({ name: 'shipping', migrations: [migration] });
  shipments = new PostgresShipments(context.database);
});
afterAll(() => context.drop());
beforeEach(() => context.database.query('DELETE FROM shipments'));

const NOON = new Date('2026-03-02T12:00:00.000Z');

const change: PostgresShipments['change'] = (orderId, act) =>
  context.database.run(() => shipments.change(orderId, act));
const prepare = async (customerId = ANN): Promise<string> => {
  const orderId = uuidv7();
  await change(orderId, (shipment) => shipment.prepare(aConfirmedOrder({ customerId }), NOON));
  return orderId;
};

describe('Shipments in PostgreSQL', () => {
  it('come back as they went, with all that happened to them', async () => {
    const orderId = uuidv7();
    const address = anAddress({ line2: 'second floor', postalCode: '00000' });
    let saved: ShipmentState | undefined;
    await change(orderId, (shipment) => {
      shipment.prepare(aConfirmedOrder({ address }), NOON);
      shipment.dispatch({ carrier: 'Fig Parcel', trackingNumber: 'FP1' }, NOON);
      shipment.miss(NOON);
      saved = shipment.snapshot();
    });

    expect(await change(orderId, (shipment) => shipment.snapshot())).toEqual(saved);
    expect(saved).toMatchObject({ status: 'dispatched', missed: 1, order: { address } });
  });

  it('are decided on once, however many dispatches and cancellations come at the same time', async () => {
    const orders = await Promise.all(Array.from({ length: 12 }, () => prepare()));
    const { timers } = inMemorySeam();
    const carrier = new ManualCarrier();
    const announced: string[] = [];
    const events = {
      publish: async (...[event]: { data: unknown; contract: { subject: string } }[]) =>
        void announced.push(`${event!.contract.subject} ${(event!.data as { orderId: string }).orderId}`),
    };
    const { database } = context;
    const clock = new CarrierClock(timers, carrier);
    const dispatch = new DispatchShipmentHandler(shipments, carrier, events, clock, database);
    const cancel = new DecideCancellationHandler(shipments, events, database);

    await Promise.all(
      orders.flatMap((orderId, n) => {
        const both = [
          () => dispatch.execute(new DispatchShipment(orderId)),
          () => cancel.execute(new DecideCancellation(orderId)),
        ];
        return [...(n % 2 ? both : both.reverse()), ...both].map((act) => act());
      }),
    );

    expect(announced.map((each) => each.split(' ')[1]).sort()).toEqual([...orders].sort());
  });

  it('that wait for their order are called off in the row that it will find', async () => {
    const orderId = uuidv7();
    await change(orderId, (shipment) => shipment.cancel(NOON));

    expect(await shipments.list({ orderId, limit: 1 })).toEqual([]);
    expect(await change(orderId, (shipment) => shipment.status)).toBe('called-off');
    expect(await change(orderId, (shipment) => shipment.prepare(aConfirmedOrder(), NOON))).toBe(true);
    expect(await shipments.list({ orderId, limit: 1 })).toMatchObject([{ status: 'cancelled' }]);
  });

  it('are found by their own id, once their order is confirmed', async () => {
    const orderId = await prepare();
    const [shipment] = await shipments.list({ orderId, limit: 1 });

    expect(await shipments.orderOf(shipment!.id)).toBe(orderId);
    await expect(shipments.orderOf(uuidv7())).rejects.toThrow(ShipmentNotFound);
  });

  it('are listed newest first, page by page, without where they go', async () => {
    const [first, , third] = [await prepare(), await prepare(BOB), await prepare()];

    const page = await shipments.list({ customerId: ANN, limit: 1 });
    const rest = await shipments.list({ customerId: ANN, limit: 5, after: page[0]!.id });

    expect([...page, ...rest].map(({ orderId }) => orderId)).toEqual([third, first]);
    expect(await shipments.list({ limit: 5 })).toHaveLength(3);
    expect(JSON.stringify(page)).not.toContain('Fig Lane');
  });
});
