import { Contexts } from '@banyan/messaging';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { DeliveryAddress, UnknownAddress } from '@shop/users/contract';
import { Carts } from '../../domain/carts';
import type { Address, OrderLine } from '../../domain/order';
import { NoSuchAddress } from '../../domain/order-errors';
import { quotePrices } from '../quote-prices';

/** What an order takes over from elsewhere, as it is now. */
export interface Checkout {
  readonly lines: readonly OrderLine[];
  readonly address: Address;
}

export class PrepareCheckout extends Query<Checkout> {
  constructor(
    readonly customerId: string,
    readonly addressId: string,
  ) {
    super();
  }
}

/** What an order of this cart would hold, at the prices of now, and where it would go. @throws NotOnSale, NoSuchAddress */
@QueryHandler(PrepareCheckout)
export class PrepareCheckoutHandler implements IQueryHandler<PrepareCheckout> {
  constructor(
    private readonly carts: Carts,
    private readonly contexts: Contexts,
  ) {}

  async execute({ customerId, addressId }: PrepareCheckout): Promise<Checkout> {
    const [lines, address] = await Promise.all([
      this.quote(customerId),
      this.addressOf(customerId, addressId),
    ]);
    return { lines, address };
  }

  private async quote(customerId: string): Promise<OrderLine[]> {
    const { items } = await this.carts.of(customerId);
    if (items.length === 0) return [];

    const quotes = await quotePrices(
      this.contexts,
      items.map(({ sku }) => sku),
      'cart',
    );
    const quoteOf = new Map(quotes.map((quote) => [quote.sku, quote]));
    return items.map(({ sku, quantity }) => {
      const { name, price } = quoteOf.get(sku)!;
      return { sku, name, quantity, price };
    });
  }

  private async addressOf(customerId: string, addressId: string): Promise<Address> {
    try {
      const { address } = await this.contexts.ask(DeliveryAddress, { customerId, addressId });
      return address;
    } catch (error) {
      throw error instanceof UnknownAddress ? new NoSuchAddress(addressId) : error;
    }
  }
}
