import { ContextModule } from '@banyan/hosting';
import { Module } from '@nestjs/common';
import { shippingContract } from '@shop/shipping/contract';
import { ManualCarrier } from './adapters/manual-carrier';
import { shipments } from './adapters/migrations/0001-shipments';
import { PostgresShipments } from './adapters/postgres-shipments';
import { SimulatedCarrier } from './adapters/simulated-carrier';
import { Carrier } from './domain/carrier';
import { Shipments } from './domain/shipments';
import { CarrierClock } from './features/carrier-clock';
import { DecideCancellationHandler } from './features/decide-cancellation/decide-cancellation';
import { DecideCancellationWhenCancellationRequested } from './features/decide-cancellation/decide-cancellation-when-cancellation-requested';
import { KeepGoodsWhenOrderCancelled } from './features/decide-cancellation/keep-goods-when-order-cancelled';
import { AttemptDeliveryHandler } from './features/deliver-shipment/attempt-delivery';
import { AttemptDeliveryWhenDue } from './features/deliver-shipment/attempt-delivery-when-due';
import { DeliverShipmentHandler } from './features/deliver-shipment/deliver-shipment';
import { DeliverShipmentController } from './features/deliver-shipment/deliver-shipment.controller';
import { DispatchShipmentHandler } from './features/dispatch-shipment/dispatch-shipment';
import { DispatchShipmentWhenDue } from './features/dispatch-shipment/dispatch-shipment-when-due';
import { DispatchShipmentController } from './features/dispatch-shipment/dispatch-shipment.controller';
import { ListShipmentsHandler } from './features/list-shipments/list-shipments';
import { ListShipmentsController } from './features/list-shipments/list-shipments.controller';
import { ShowShipmentHandler } from './features/list-shipments/show-shipment';
import { LoseShipmentHandler } from './features/lose-shipment/lose-shipment';
import { LoseShipmentController } from './features/lose-shipment/lose-shipment.controller';
import { PrepareShipmentHandler } from './features/prepare-shipment/prepare-shipment';
import { PrepareShipmentWhenOrderConfirmed } from './features/prepare-shipment/prepare-shipment-when-order-confirmed';
import { ShippingSettings } from './shipping-settings';

const features = [
  PrepareShipmentHandler,
  DecideCancellationHandler,
  DispatchShipmentHandler,
  AttemptDeliveryHandler,
  DeliverShipmentHandler,
  LoseShipmentHandler,
  ListShipmentsHandler,
  ShowShipmentHandler,
];
const policies = [
  PrepareShipmentWhenOrderConfirmed,
  DecideCancellationWhenCancellationRequested,
  KeepGoodsWhenOrderCancelled,
  DispatchShipmentWhenDue,
  AttemptDeliveryWhenDue,
];
const controllers = [
  ListShipmentsController,
  DispatchShipmentController,
  DeliverShipmentController,
  LoseShipmentController,
];
const adapters = [
  { provide: Shipments, useClass: PostgresShipments },
  { provide: ShippingSettings, useFactory: () => new ShippingSettings() },
  {
    provide: Carrier,
    useFactory: (settings: ShippingSettings) =>
      settings.carrier === 'manual' ? new ManualCarrier() : new SimulatedCarrier(settings),
    inject: [ShippingSettings],
  },
  CarrierClock,
];

/** Brings the goods of confirmed orders to their customers, and decides whether a cancellation comes in time. */
@Module({
  imports: [ContextModule.of(shippingContract, { migrations: [shipments] })],
  controllers: [...controllers, ...policies],
  providers: [...features, ...adapters],
})
export class ShippingModule {}
