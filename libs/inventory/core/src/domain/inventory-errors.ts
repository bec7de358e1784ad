import { DomainError } from '@banyan/contracts';

export class InsufficientStock extends DomainError {
  readonly code = 'inventory.insufficient-stock';
  readonly kind = 'conflict';
  constructor(
    readonly sku: string,
    readonly wanted: number,
    readonly there: number,
  ) {
    super(`${wanted} pieces of ${sku} were wanted, and ${there} are there`);
  }
}

export class TooMuchStock extends DomainError {
  readonly code = 'inventory.too-much-stock';
  readonly kind = 'conflict';
  constructor(
    readonly sku: string,
    readonly most: number,
  ) {
    super(`Of ${sku} at most ${most} pieces can ever be received`);
  }
}

export class StockNotFound extends DomainError {
  readonly code = 'inventory.stock-not-found';
  readonly kind = 'not-found';
  constructor(readonly sku: string) {
    super(`Inventory keeps no stock of ${sku}`);
  }
}

/** No product on sale has this SKU, so nothing of it can be received. */
export class NotOnSale extends DomainError {
  readonly code = 'inventory.not-on-sale';
  readonly kind = 'invalid';
  constructor(readonly sku: string) {
    super(`Not on sale: ${sku}`);
  }

  override get details() {
    return { errors: [{ field: 'sku', message: this.message }] };
  }
}

/** Goods were dispatched for an order that has none set aside. */
export class NothingToShip extends DomainError {
  readonly code = 'inventory.nothing-to-ship';
  readonly kind = 'conflict';
  constructor(
    readonly orderId: string,
    readonly status: string,
  ) {
    super(`Nothing is set aside for order ${orderId}: its reservation is "${status}"`);
  }
}
