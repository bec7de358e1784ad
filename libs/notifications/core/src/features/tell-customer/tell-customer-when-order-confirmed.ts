import { type Message, Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { OrderConfirmed } from '@shop/orders/contract';
import { orderConfirmed } from '../../domain/templates';
import { TellCustomer } from './tell-customer';

@Policy(OrderConfirmed, 'tell-order-confirmed')
export class TellCustomerWhenOrderConfirmed {
  constructor(private readonly commands: CommandBus) {}

  async handle(told: OrderConfirmed, _prepared: unknown, { id }: Message): Promise<void> {
    await this.commands.execute(new TellCustomer(told.customerId, id, orderConfirmed(told)));
  }
}
