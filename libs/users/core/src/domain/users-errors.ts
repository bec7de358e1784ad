import { DomainError } from '@banyan/contracts';

export class EmailTaken extends DomainError {
  readonly code = 'users.email-taken';
  readonly kind = 'conflict';
  constructor() {
    super('There is an account with this e-mail address; sign in instead');
  }

  override get details() {
    return { errors: [{ field: 'email', message: this.message }] };
  }
}

export class AccountNotFound extends DomainError {
  readonly code = 'users.account-not-found';
  readonly kind = 'not-found';
  constructor(readonly accountId: string) {
    super(`There is no account ${accountId}`);
  }
}

/** Also for the address of another person, which is nobody else's to know of. */
export class AddressNotFound extends DomainError {
  readonly code = 'users.address-not-found';
  readonly kind = 'not-found';
  constructor(readonly addressId: string) {
    super(`There is no address ${addressId}`);
  }
}
