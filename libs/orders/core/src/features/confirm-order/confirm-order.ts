import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OrderConfirmed } from '@shop/orders/contract';
import type { Order } from '../../domain/order';
import { Orders } from '../../domain/orders';
import { CheckoutClock } from '../checkout-deadline/checkout-clock';

export class ConfirmOrder extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

/** Confirms an order that is paid, so that it may be shipped. One that was cancelled meanwhile stays so. */
@CommandHandler(ConfirmOrder)
export class ConfirmOrderHandler implements ICommandHandler<ConfirmOrder> {
  constructor(
    private readonly orders: Orders,
    private readonly events: EventPublisher,
    private readonly clock: CheckoutClock,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId }: ConfirmOrder): Promise<void> {
    await this.transaction.run(() =>
      this.orders.change(orderId, async (order) => {
        if (!order.paid(new Date())) return;
        await this.clock.stop(orderId);
        await this.events.publish(orderConfirmed(order));
      }),
    );
  }
}

function orderConfirmed(order: Order) {
  const { id, customerId, lines, total, address } = order.snapshot();
  return OrderConfirmed({ orderId: id, customerId, lines: [...lines], total, address });
}
