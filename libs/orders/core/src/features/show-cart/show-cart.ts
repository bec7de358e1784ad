import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { CartItem } from '../../domain/cart';
import { Carts } from '../../domain/carts';

export class ShowCart extends Query<readonly CartItem[]> {
  constructor(readonly customerId: string) {
    super();
  }
}

/** What a customer is about to order. */
@QueryHandler(ShowCart)
export class ShowCartHandler implements IQueryHandler<ShowCart> {
  constructor(private readonly carts: Carts) {}

  async execute({ customerId }: ShowCart): Promise<readonly CartItem[]> {
    return (await this.carts.of(customerId)).items;
  }
}
