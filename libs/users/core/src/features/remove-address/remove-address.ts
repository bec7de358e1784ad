import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Addresses } from '../../domain/addresses';

export class RemoveAddress extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly addressId: string,
  ) {
    super();
  }
}

/** Removes an address from now on: orders have kept what they were placed with. */
@CommandHandler(RemoveAddress)
export class RemoveAddressHandler implements ICommandHandler<RemoveAddress> {
  constructor(private readonly addresses: Addresses) {}

  async execute({ accountId, addressId }: RemoveAddress): Promise<void> {
    await this.addresses.remove(accountId, addressId);
  }
}
