import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { type Address, Addresses } from '../../domain/addresses';

export class ListAddresses extends Query<Address[]> {
  constructor(
    readonly accountId: string,
    readonly page: { readonly limit: number; readonly after?: string },
  ) {
    super();
  }
}

/** A person's own addresses, newest first. */
@QueryHandler(ListAddresses)
export class ListAddressesHandler implements IQueryHandler<ListAddresses> {
  constructor(private readonly addresses: Addresses) {}

  execute({ accountId, page }: ListAddresses): Promise<Address[]> {
    return this.addresses.of(accountId, page);
  }
}
