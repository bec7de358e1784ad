import { type Message, Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { OrderCancelled } from '@shop/orders/contract';
import { orderCancelled } from '../../domain/templates';
import { TellCustomer } from './tell-customer';

@Policy(OrderCancelled, 'tell-order-cancelled')
export class TellCustomerWhenOrderCancelled {
  constructor(private readonly commands: CommandBus) {}

  async handle(told: OrderCancelled, _prepared: unknown, { id }: Message): Promise<void> {
    await this.commands.execute(new TellCustomer(told.customerId, id, orderCancelled(told)));
  }
}
