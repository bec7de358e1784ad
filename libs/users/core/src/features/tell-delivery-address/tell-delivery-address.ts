import { Answers } from '@banyan/messaging';
import { Controller } from '@nestjs/common';
import { type AddressFound, DeliveryAddress, UnknownAddress } from '@shop/users/contract';
import { Addresses } from '../../domain/addresses';

/** Tells the other contexts where an address of a customer leads. That of another person is unknown. */
@Controller()
export class DeliveryAddressTeller {
  constructor(private readonly addresses: Addresses) {}

  @Answers(DeliveryAddress)
  async tell({ customerId, addressId }: DeliveryAddress): Promise<AddressFound> {
    const found = await this.addresses.find(customerId, addressId);
    if (!found) throw new UnknownAddress({ addressId });
    const { id: _, ...address } = found;
    return { address };
  }
}
