import { DomainError } from '@banyan/contracts';
import type { Money } from './money';

/** Also for the order of another person, which is nobody else's to know of. */
export class OrderNotFound extends DomainError {
  readonly code = 'orders.order-not-found';
  readonly kind = 'not-found';
  constructor(readonly orderId: string) {
    super(`There is no order ${orderId}`);
  }
}

export class PriceChanged extends DomainError {
  readonly code = 'orders.price-changed';
  readonly kind = 'conflict';
  constructor(readonly total: Money) {
    super(`The order now costs ${total.amount} ${total.currency} in minor units, not what was expected`);
  }

  override get details() {
    return { total: this.total };
  }
}

export class ForeignCurrency extends DomainError {
  readonly code = 'orders.foreign-currency';
  readonly kind = 'invalid';
  constructor(
    readonly given: string,
    readonly currency: string,
  ) {
    super(`This shop sells in ${currency}, not in ${given}`);
  }

  override get details() {
    return { errors: [{ field: 'expectedTotal.currency', message: this.message }] };
  }
}

export class OrderAlreadyCancelled extends DomainError {
  readonly code = 'orders.order-already-cancelled';
  readonly kind = 'conflict';
  constructor(
    readonly orderId: string,
    readonly reason: string,
  ) {
    super(`Order ${orderId} was cancelled before, for another reason: ${reason}`);
  }

  override get details() {
    return { reason: this.reason };
  }
}

export class OrderOnItsWay extends DomainError {
  readonly code = 'orders.order-on-its-way';
  readonly kind = 'conflict';
  constructor(
    readonly orderId: string,
    readonly status: string,
  ) {
    super(`Order ${orderId} is ${status}, and can no longer be cancelled`);
  }

  override get details() {
    return { status: this.status };
  }
}

/** The goods would go to an address that the customer does not have. */
export class NoSuchAddress extends DomainError {
  readonly code = 'orders.no-such-address';
  readonly kind = 'invalid';
  constructor(readonly addressId: string) {
    super(`You have no address ${addressId}`);
  }

  override get details() {
    return { errors: [{ field: 'addressId', message: this.message }] };
  }
}
