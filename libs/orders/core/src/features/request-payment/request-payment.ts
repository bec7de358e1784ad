import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { PaymentDue } from '@shop/orders/contract';
import type { Order } from '../../domain/order';
import { Orders } from '../../domain/orders';

export class RequestPayment extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

/** Asks for the money of an order whose stock is set aside. One that was cancelled meanwhile stays so. */
@CommandHandler(RequestPayment)
export class RequestPaymentHandler implements ICommandHandler<RequestPayment> {
  constructor(
    private readonly orders: Orders,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId }: RequestPayment): Promise<void> {
    await this.transaction.run(() =>
      this.orders.change(orderId, async (order) => {
        if (!order.stockReserved(new Date())) return;
        await this.events.publish(paymentDue(order));
      }),
    );
  }
}

function paymentDue(order: Order) {
  const { id, customerId, total, paymentToken, timeline } = order.snapshot();
  return PaymentDue({ orderId: id, customerId, total, paymentToken, placedAt: timeline[0]!.at });
}
