import { DomainError } from '@banyan/contracts';

export class ProductNotFound extends DomainError {
  readonly code = 'catalog.product-not-found';
  readonly kind = 'not-found';
  constructor(readonly sku: string) {
    super(`No product on sale has the SKU ${sku}`);
  }
}

export class SkuTaken extends DomainError {
  readonly code = 'catalog.sku-taken';
  readonly kind = 'conflict';
  constructor(readonly sku: string) {
    super(`The SKU ${sku} belongs to another product, on sale or retired`);
  }
}

export class ProductIsRetired extends DomainError {
  readonly code = 'catalog.product-is-retired';
  readonly kind = 'conflict';
  constructor(readonly sku: string) {
    super(`Product ${sku} is no longer sold, so it can no longer be changed`);
  }
}

export class ForeignCurrency extends DomainError {
  readonly code = 'catalog.foreign-currency';
  readonly kind = 'invalid';
  constructor(
    readonly given: string,
    readonly currency: string,
  ) {
    super(`This shop sells in ${currency}, not in ${given}`);
  }

  override get details() {
    return { errors: [{ field: 'price.currency', message: this.message }] };
  }
}
