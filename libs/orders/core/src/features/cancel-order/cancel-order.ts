import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CancellationRequested } from '@shop/orders/contract';
import { OrderNotFound } from '../../domain/order-errors';
import { Orders } from '../../domain/orders';
import { CheckoutClock } from '../checkout-deadline/checkout-clock';
import { orderCancelled } from '../order-cancelled';

export class CancelOrder extends Command<void> {
  constructor(
    readonly orderId: string,
    readonly customerId: string,
  ) {
    super();
  }
}

/**
 * Cancels an order at its customer's wish, or asks shipping to, once it is confirmed; a second wish changes nothing.
 * @throws OrderNotFound, OrderAlreadyCancelled, OrderOnItsWay
 */
@CommandHandler(CancelOrder)
export class CancelOrderHandler implements ICommandHandler<CancelOrder> {
  constructor(
    private readonly orders: Orders,
    private readonly events: EventPublisher,
    private readonly clock: CheckoutClock,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId, customerId }: CancelOrder): Promise<void> {
    await this.transaction.run(() =>
      this.orders.change(orderId, async (order) => {
        if (!order.belongsTo(customerId)) throw new OrderNotFound(orderId);
        const outcome = order.cancel(new Date());
        if (outcome === 'asked') await this.events.publish(CancellationRequested({ orderId, customerId }));
        if (outcome !== 'cancelled') return;
        await this.clock.stop(orderId);
        await this.events.publish(orderCancelled(order));
      }),
    );
  }
}
