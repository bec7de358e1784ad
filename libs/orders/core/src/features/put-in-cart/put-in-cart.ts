import { Contexts } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { CartItem } from '../../domain/cart';
import { Carts } from '../../domain/carts';
import { quotePrices } from '../quote-prices';

export class PutInCart extends Command<readonly CartItem[]> {
  constructor(
    readonly customerId: string,
    readonly sku: string,
    readonly quantity: number,
  ) {
    super();
  }
}

/** Wants so many pieces of a product on sale, and returns what the cart holds now. @throws NotOnSale */
@CommandHandler(PutInCart)
export class PutInCartHandler implements ICommandHandler<PutInCart> {
  constructor(
    private readonly carts: Carts,
    private readonly contexts: Contexts,
    private readonly transaction: Transaction,
  ) {}

  async execute({ customerId, sku, quantity }: PutInCart): Promise<readonly CartItem[]> {
    await quotePrices(this.contexts, [sku], 'sku');

    return this.transaction.run(() =>
      this.carts.change(customerId, (cart) => {
        cart.put(sku, quantity);
        return cart.items;
      }),
    );
  }
}
