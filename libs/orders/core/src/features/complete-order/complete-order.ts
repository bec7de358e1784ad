import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OrderCompleted } from '@shop/orders/contract';
import { Orders } from '../../domain/orders';

export class CompleteOrder extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

/** Closes an order that was delivered. */
@CommandHandler(CompleteOrder)
export class CompleteOrderHandler implements ICommandHandler<CompleteOrder> {
  constructor(
    private readonly orders: Orders,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId }: CompleteOrder): Promise<void> {
    await this.transaction.run(() =>
      this.orders.change(orderId, async (order) => {
        if (!order.complete(new Date())) return;
        const { customerId, total } = order.snapshot();
        await this.events.publish(OrderCompleted({ orderId, customerId, total }));
      }),
    );
  }
}
