import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ProductListed } from '@shop/catalog/contract';
import { Product, type ProductDetails } from '../../domain/product';
import { Products } from '../../domain/products';

export class ListProduct extends Command<void> {
  constructor(readonly product: ProductDetails & { readonly sku: string }) {
    super();
  }
}

/** Puts a new product on sale. @throws SkuTaken, ForeignCurrency */
@CommandHandler(ListProduct)
export class ListProductHandler implements ICommandHandler<ListProduct> {
  constructor(
    private readonly products: Products,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ product: details }: ListProduct): Promise<void> {
    const product = Product.list(details);

    await this.transaction.run(async () => {
      await this.products.add(product);
      await this.events.publish(productListed(product));
    });
  }
}

function productListed(product: Product) {
  const { sku, name, category, price } = product.snapshot();
  return ProductListed({ sku, name, category, price });
}
