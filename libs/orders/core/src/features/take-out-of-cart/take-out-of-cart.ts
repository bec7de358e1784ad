import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Carts } from '../../domain/carts';

export class TakeOutOfCart extends Command<void> {
  constructor(
    readonly customerId: string,
    readonly sku: string,
  ) {
    super();
  }
}

/** Wants nothing of a product any more; does nothing when none was wanted. */
@CommandHandler(TakeOutOfCart)
export class TakeOutOfCartHandler implements ICommandHandler<TakeOutOfCart> {
  constructor(
    private readonly carts: Carts,
    private readonly transaction: Transaction,
  ) {}

  async execute({ customerId, sku }: TakeOutOfCart): Promise<void> {
    await this.transaction.run(() => this.carts.change(customerId, (cart) => cart.remove(sku)));
  }
}
