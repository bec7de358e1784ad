import { CurrentPerson, type Person, Roles } from '@banyan/auth';
import { Answer, Idempotency, IdempotencyKey, Refuses } from '@banyan/http';
import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { ProductBody } from '../product-schemas';
import { ListProduct } from './list-product';

@Controller('products')
export class ListProductController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  @Post()
  @Roles('staff')
  @Answer(201, ProductBody)
  @Refuses({ 409: ['catalog.sku-taken'] })
  list(
    @CurrentPerson() person: Person,
    @IdempotencyKey({ optional: true }) key: string | undefined,
    @Body({ schema: ProductBody }) body: z.output<typeof ProductBody>,
  ) {
    return this.idempotency.answer(
      { person: person.id, key, body },
      {
        handle: async () => {
          await this.commands.execute(new ListProduct(body));
          return body;
        },
      },
    );
  }
}
