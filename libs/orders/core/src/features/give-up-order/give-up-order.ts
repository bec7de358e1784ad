import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Mishap } from '../../domain/order';
import { Orders } from '../../domain/orders';
import { orderCancelled } from '../order-cancelled';
import { CheckoutClock } from '../checkout-deadline/checkout-clock';

export class GiveUpOrder extends Command<void> {
  constructor(
    readonly orderId: string,
    readonly mishap: Mishap,
    readonly note?: string,
  ) {
    super();
  }
}

/** Cancels an order that the shop cannot confirm. One that is confirmed or cancelled already stays that. */
@CommandHandler(GiveUpOrder)
export class GiveUpOrderHandler implements ICommandHandler<GiveUpOrder> {
  constructor(
    private readonly orders: Orders,
    private readonly events: EventPublisher,
    private readonly clock: CheckoutClock,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId, mishap, note }: GiveUpOrder): Promise<void> {
    await this.transaction.run(() =>
      this.orders.change(orderId, async (order) => {
        if (!order.giveUp(mishap, new Date(), note)) return;
        await this.clock.stop(orderId);
        await this.events.publish(orderCancelled(order));
      }),
    );
  }
}
