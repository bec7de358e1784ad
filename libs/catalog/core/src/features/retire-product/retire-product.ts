import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ProductRetired } from '@shop/catalog/contract';
import { Products } from '../../domain/products';

export class RetireProduct extends Command<void> {
  constructor(readonly sku: string) {
    super();
  }
}

/** Takes a product off sale for good. */
@CommandHandler(RetireProduct)
export class RetireProductHandler implements ICommandHandler<RetireProduct> {
  constructor(
    private readonly products: Products,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ sku }: RetireProduct): Promise<void> {
    await this.transaction.run(() =>
      this.products.change(sku, async (product) => {
        if (product.retire()) await this.events.publish(ProductRetired({ sku }));
      }),
    );
  }
}
