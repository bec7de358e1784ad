import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, Idempotency, IdempotencyKey, Refuses } from '@banyan/http';
import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { AddressIdBody, NewAddressBody } from '../user-schemas';
import { AddAddress } from './add-address';

@Controller('users/me/addresses')
export class AddAddressController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @Answer(201, AddressIdBody)
  @Refuses({ 404: ['users.account-not-found'] })
  add(
    @CurrentPerson() person: Person,
    @IdempotencyKey({ optional: true }) key: string | undefined,
    @Body({ schema: NewAddressBody }) body: z.output<typeof NewAddressBody>,
  ) {
    return this.idempotency.answer(
      { person: person.id, key, body },
      {
        handle: async () => {
          const id = uuidv7();
          await this.commands.execute(new AddAddress(person.id, { id, ...body }));
          return { id };
        },
      },
    );
  }
}
