import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ProductChanged } from '@shop/catalog/contract';
import type { Product, ProductDetails } from '../../domain/product';
import { Products } from '../../domain/products';

export class ChangeProduct extends Command<void> {
  constructor(
    readonly sku: string,
    readonly changes: Partial<ProductDetails>,
  ) {
    super();
  }
}

/** Changes what a product says of itself; orders that were placed before keep what was agreed. */
@CommandHandler(ChangeProduct)
export class ChangeProductHandler implements ICommandHandler<ChangeProduct> {
  constructor(
    private readonly products: Products,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ sku, changes }: ChangeProduct): Promise<void> {
    await this.transaction.run(() =>
      this.products.change(sku, async (product) => {
        if (product.change(changes)) await this.events.publish(productChanged(product));
      }),
    );
  }
}

function productChanged(product: Product) {
  const { sku, name, category, price } = product.snapshot();
  return ProductChanged({ sku, name, category, price });
}
