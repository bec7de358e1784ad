import { inMemorySeam } from '@banyan/testing';
import { SimulatedCarrier } from '../adapters/simulated-carrier';
import type { Carrier } from '../domain/carrier';
import type { Address, ConfirmedOrder } from '../domain/shipment';
import { CarrierClock } from '../features/carrier-clock';
import {
  DecideCancellation,
  DecideCancellationHandler,
} from '../features/decide-cancellation/decide-cancellation';
import { AttemptDelivery, AttemptDeliveryHandler } from '../features/deliver-shipment/attempt-delivery';
import { DeliverShipment, DeliverShipmentHandler } from '../features/deliver-shipment/deliver-shipment';
import { DispatchShipment, DispatchShipmentHandler } from '../features/dispatch-shipment/dispatch-shipment';
import { LoseShipment, LoseShipmentHandler } from '../features/lose-shipment/lose-shipment';
import { PrepareShipment, PrepareShipmentHandler } from '../features/prepare-shipment/prepare-shipment';
import { InMemoryShipments } from './in-memory-shipments';

export const ANN = '0190b6a0-0000-7000-8000-00000000000a';
export const BOB = '0190b6a0-0000-7000-8000-00000000000b';
export const ORDER = '0190b6a0-0000-7000-8000-000000000001';

export const anAddress = (but: Partial<Address> = {}): Address => ({
  name: 'Ann Archer',
  line1: '1 Fig Lane',
  city: 'Utrecht',
  postalCode: '3511 AB',
  country: 'NL',
  ...but,
});

export const aConfirmedOrder = (but: Partial<ConfirmedOrder> = {}): ConfirmedOrder => ({
  customerId: ANN,
  lines: [{ sku: 'MUG', quantity: 2 }],
  address: anAddress(),
  ...but,
});

/** The rules of shipping for one order, without a database. */
export function shipping(
  carrier: Carrier = new SimulatedCarrier({ dispatchAfterMs: 3_000, deliveryAfterMs: 5_000 }),
) {
  const { events, timers, transaction } = inMemorySeam();
  const shipments = new InMemoryShipments();
  const clock = new CarrierClock(timers, carrier);

  return {
    published: events.published,
    timers,
    confirm: (but: Partial<ConfirmedOrder> = {}) =>
      new PrepareShipmentHandler(shipments, events, clock, transaction).execute(
        new PrepareShipment(ORDER, aConfirmedOrder(but)),
      ),
    cancel: () =>
      new DecideCancellationHandler(shipments, events, transaction).execute(new DecideCancellation(ORDER)),
    dispatch: () =>
      new DispatchShipmentHandler(shipments, carrier, events, clock, transaction).execute(
        new DispatchShipment(ORDER),
      ),
    ring: () =>
      new AttemptDeliveryHandler(shipments, carrier, events, clock, transaction).execute(
        new AttemptDelivery(ORDER),
      ),
    deliver: () =>
      new DeliverShipmentHandler(shipments, events, transaction).execute(new DeliverShipment(ORDER)),
    lose: () => new LoseShipmentHandler(shipments, events, transaction).execute(new LoseShipment(ORDER)),
    shipment: async () => (await shipments.list({ orderId: ORDER, limit: 1 }))[0],
  };
}
