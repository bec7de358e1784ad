import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Shipments } from '../../domain/shipments';
import { shipmentDelivered } from '../shipment-events';

export class DeliverShipment extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

/** Somebody saw the goods reach their customer; seeing it again changes nothing. @throws ImpossibleStep */
@CommandHandler(DeliverShipment)
export class DeliverShipmentHandler implements ICommandHandler<DeliverShipment> {
  constructor(
    private readonly shipments: Shipments,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId }: DeliverShipment): Promise<void> {
    const now = new Date();
    await this.transaction.run(() =>
      this.shipments.change(orderId, async (shipment) => {
        if (shipment.deliver(now)) await this.events.publish(shipmentDelivered(shipment));
      }),
    );
  }
}
