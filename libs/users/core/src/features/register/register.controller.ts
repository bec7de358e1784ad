import { Public } from '@banyan/auth';
import { Answer, Idempotency, IdempotencyKey, Refuses } from '@banyan/http';
import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { AccountIdBody, NewAccountBody } from '../user-schemas';
import { PrepareAccount } from './prepare-account';
import { Register } from './register';

@Public()
@Controller('users')
export class RegisterController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @Answer(201, AccountIdBody)
  @Refuses({ 409: ['users.email-taken'], 503: ['users.too-busy'] })
  register(
    @IdempotencyKey({ optional: true }) key: string | undefined,
    @Body({ schema: NewAccountBody }) { email, password, name }: z.output<typeof NewAccountBody>,
  ) {
    // A key belongs to the address that it came with. The password stays out: what is kept of a body is hashed fast.
    return this.idempotency.answer(
      { person: `nobody ${email.toLowerCase()}`, key, body: { email, name } },
      {
        prepare: () => this.queries.execute(new PrepareAccount(email, password)),
        handle: async (passwordHash) => {
          const id = uuidv7();
          const roles = ['customer'] as const;
          await this.commands.execute(
            new Register({ id, email, name, passwordHash, roles, registeredAt: new Date() }),
          );
          return { id };
        },
      },
    );
  }
}
