import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Carrier } from '../../domain/carrier';
import { Shipments } from '../../domain/shipments';
import { isOpen } from '../arbitration';
import { CarrierClock } from '../carrier-clock';
import { shipmentDispatched } from '../shipment-events';

export class DispatchShipment extends Command<boolean> {
  constructor(readonly orderId: string) {
    super();
  }
}

/** Hands an order's goods to the carrier, unless a cancellation was faster. Returns whether they have left, now or before. */
@CommandHandler(DispatchShipment)
export class DispatchShipmentHandler implements ICommandHandler<DispatchShipment> {
  constructor(
    private readonly shipments: Shipments,
    private readonly carrier: Carrier,
    private readonly events: EventPublisher,
    private readonly clock: CarrierClock,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId }: DispatchShipment): Promise<boolean> {
    const now = new Date();
    return this.transaction.run(() =>
      this.shipments.change(orderId, async (shipment) => {
        const parcel = this.carrier.label(shipment.snapshot().id);
        if (isOpen(shipment) && shipment.dispatch(parcel, now)) {
          await this.clock.untilDelivery(orderId, now);
          await this.events.publish(shipmentDispatched(shipment));
        }
        return shipment.hasLeft;
      }),
    );
  }
}
