import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Shipments } from '../../domain/shipments';
import { isOpen } from '../arbitration';
import { shipmentCancelled } from '../shipment-events';

export class DecideCancellation extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

/**
 * Keeps the goods of an order in the house, if they are still there; otherwise says nothing, since their dispatch was
 * announced, and notes it. From then on no goods leave for an order that is not known yet.
 */
@CommandHandler(DecideCancellation)
export class DecideCancellationHandler implements ICommandHandler<DecideCancellation> {
  constructor(
    private readonly shipments: Shipments,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId }: DecideCancellation): Promise<void> {
    const now = new Date();
    await this.transaction.run(() =>
      this.shipments.change(orderId, async (shipment) => {
        if (!isOpen(shipment)) return shipment.refuseCancellation(now);
        if (shipment.cancel(now)) await this.events.publish(shipmentCancelled(shipment));
      }),
    );
  }
}
