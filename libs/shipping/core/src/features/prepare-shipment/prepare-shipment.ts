import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { ConfirmedOrder } from '../../domain/shipment';
import { Shipments } from '../../domain/shipments';
import { CarrierClock } from '../carrier-clock';
import { shipmentCancelled } from '../shipment-events';

export class PrepareShipment extends Command<void> {
  constructor(
    readonly orderId: string,
    readonly order: ConfirmedOrder,
  ) {
    super();
  }
}

/** Makes an order's goods ready to leave. Of one that was called off before, it says at once that they stay. */
@CommandHandler(PrepareShipment)
export class PrepareShipmentHandler implements ICommandHandler<PrepareShipment> {
  constructor(
    private readonly shipments: Shipments,
    private readonly events: EventPublisher,
    private readonly clock: CarrierClock,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId, order }: PrepareShipment): Promise<void> {
    const now = new Date();
    await this.transaction.run(() =>
      this.shipments.change(orderId, async (shipment) => {
        if (!shipment.prepare(order, now)) return;
        if (shipment.status === 'cancelled') await this.events.publish(shipmentCancelled(shipment));
        else await this.clock.untilDispatch(orderId, now);
      }),
    );
  }
}
