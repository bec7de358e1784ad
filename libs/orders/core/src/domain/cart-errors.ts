import { DomainError } from '@banyan/contracts';

export class CartIsEmpty extends DomainError {
  readonly code = 'orders.cart-is-empty';
  readonly kind = 'conflict';
  constructor() {
    super('There is nothing in the cart to order');
  }
}

export class CartIsFull extends DomainError {
  readonly code = 'orders.cart-is-full';
  readonly kind = 'conflict';
  constructor(readonly most: number) {
    super(`A cart holds at most ${most} different products`);
  }
}

export class CartChanged extends DomainError {
  readonly code = 'orders.cart-changed';
  readonly kind = 'conflict';
  constructor() {
    super('The cart was changed while it was being ordered; look at it again, and order again');
  }
}

export class QuantityOutOfRange extends DomainError {
  readonly code = 'orders.quantity-out-of-range';
  readonly kind = 'invalid';
  constructor(readonly most: number) {
    super(`Of one product, 1 to ${most} whole pieces can be ordered`);
  }

  override get details() {
    return { errors: [{ field: 'quantity', message: this.message }] };
  }
}

/** Something in the cart, or about to be put in, is not sold: it never was, or was retired. */
export class NotOnSale extends DomainError {
  readonly code = 'orders.not-on-sale';
  readonly kind = 'invalid';
  constructor(
    readonly skus: readonly string[],
    readonly field: string,
  ) {
    super(`Not on sale: ${skus.join(', ')}`);
  }

  override get details() {
    return { skus: this.skus, errors: [{ field: this.field, message: this.message }] };
  }
}
