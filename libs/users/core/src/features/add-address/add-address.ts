import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type Address, Addresses } from '../../domain/addresses';

export class AddAddress extends Command<void> {
  constructor(
    readonly accountId: string,
    readonly address: Address,
  ) {
    super();
  }
}

@CommandHandler(AddAddress)
export class AddAddressHandler implements ICommandHandler<AddAddress> {
  constructor(private readonly addresses: Addresses) {}

  async execute({ accountId, address }: AddAddress): Promise<void> {
    await this.addresses.add(accountId, address);
  }
}
