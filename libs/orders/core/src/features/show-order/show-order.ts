import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { OrderHistory, type OrderStory } from '../../domain/order-history';

export class ShowOrder extends Query<OrderStory> {
  constructor(
    readonly customerId: string,
    readonly orderId: string,
  ) {
    super();
  }
}

/** One of a customer's own orders, and what happened to it. @throws OrderNotFound */
@QueryHandler(ShowOrder)
export class ShowOrderHandler implements IQueryHandler<ShowOrder> {
  constructor(private readonly history: OrderHistory) {}

  execute({ customerId, orderId }: ShowOrder): Promise<OrderStory> {
    return this.history.story(customerId, orderId);
  }
}
