import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Shipments } from '../../domain/shipments';
import { shipmentLost } from '../shipment-events';

export class LoseShipment extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

/** Somebody gave the goods up for good; giving them up again changes nothing. @throws ImpossibleStep */
@CommandHandler(LoseShipment)
export class LoseShipmentHandler implements ICommandHandler<LoseShipment> {
  constructor(
    private readonly shipments: Shipments,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId }: LoseShipment): Promise<void> {
    const now = new Date();
    await this.transaction.run(() =>
      this.shipments.change(orderId, async (shipment) => {
        if (shipment.lose(now)) await this.events.publish(shipmentLost(shipment));
      }),
    );
  }
}
