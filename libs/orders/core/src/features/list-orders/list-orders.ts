import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { OrderHistory, type ShownOrder } from '../../domain/order-history';

export class ListOrders extends Query<ShownOrder[]> {
  constructor(
    readonly customerId: string,
    readonly page: { readonly limit: number; readonly after?: string },
  ) {
    super();
  }
}

/** A customer's own orders, newest first. */
@QueryHandler(ListOrders)
export class ListOrdersHandler implements IQueryHandler<ListOrders> {
  constructor(private readonly history: OrderHistory) {}

  execute({ customerId, page }: ListOrders): Promise<ShownOrder[]> {
    return this.history.of(customerId, page);
  }
}
