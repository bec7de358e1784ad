import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Orders } from '../../domain/orders';
import { CompletionClock } from '../complete-order/completion-clock';
import { orderCancelled } from '../order-cancelled';

/** What became of the goods of an order. */
export type ShipmentNews = 'dispatched' | 'delivered' | 'lost' | 'shipmentCancelled';

export class FollowShipment extends Command<void> {
  constructor(
    readonly orderId: string,
    readonly news: ShipmentNews,
  ) {
    super();
  }
}

/** Moves an order on with its goods. What was heard before, or comes too late, changes nothing. */
@CommandHandler(FollowShipment)
export class FollowShipmentHandler implements ICommandHandler<FollowShipment> {
  constructor(
    private readonly orders: Orders,
    private readonly events: EventPublisher,
    private readonly clock: CompletionClock,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId, news }: FollowShipment): Promise<void> {
    const now = new Date();
    await this.transaction.run(() =>
      this.orders.change(orderId, async (order) => {
        if (!order[news](now)) return;
        if (order.status === 'cancelled') await this.events.publish(orderCancelled(order));
        if (order.status === 'delivered') await this.clock.start(orderId, now);
      }),
    );
  }
}
