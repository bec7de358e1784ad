import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Carrier } from '../../domain/carrier';
import { Shipments } from '../../domain/shipments';
import { CarrierClock } from '../carrier-clock';
import { shipmentDelivered, shipmentLost } from '../shipment-events';

export class AttemptDelivery extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

/** The carrier rings. With nobody at home it comes again, and once too often the parcel counts as lost. */
@CommandHandler(AttemptDelivery)
export class AttemptDeliveryHandler implements ICommandHandler<AttemptDelivery> {
  constructor(
    private readonly shipments: Shipments,
    private readonly carrier: Carrier,
    private readonly events: EventPublisher,
    private readonly clock: CarrierClock,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId }: AttemptDelivery): Promise<void> {
    const now = new Date();
    await this.transaction.run(() =>
      this.shipments.change(orderId, async (shipment) => {
        const { status, order, missed } = shipment.snapshot();
        if (status !== 'dispatched') return;
        if (this.carrier.finds(order!.address, missed + 1)) {
          shipment.deliver(now);
          await this.events.publish(shipmentDelivered(shipment));
        } else if (shipment.miss(now)) await this.events.publish(shipmentLost(shipment));
        else await this.clock.untilDelivery(orderId, now);
      }),
    );
  }
}
