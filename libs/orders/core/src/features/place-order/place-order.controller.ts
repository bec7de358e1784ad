import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, Idempotency, IdempotencyKey, Refuses } from '@banyan/http';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { NewOrderBody, OrderBody } from '../order-schemas';
import { PlaceOrder } from './place-order';
import { PrepareCheckout } from './prepare-checkout';

@Controller('orders')
export class PlaceOrderController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly idempotency: Idempotency,
  ) {}

  /** Accepts the order; whether it can be confirmed shows a moment later. */
  @Post()
  @HttpCode(202)
  @Answer(202, OrderBody)
  @Refuses({
    400: ['orders.not-on-sale', 'orders.foreign-currency', 'orders.no-such-address'],
    409: ['orders.price-changed', 'orders.cart-changed', 'orders.cart-is-empty'],
  })
  place(
    @CurrentPerson() person: Person,
    @IdempotencyKey() key: string,
    @Body({ schema: NewOrderBody }) body: z.output<typeof NewOrderBody>,
  ) {
    return this.idempotency.answer(
      { person: person.id, key, body },
      {
        prepare: () => this.queries.execute(new PrepareCheckout(person.id, body.addressId)),
        handle: async (checkout) => {
          const order = { id: uuidv7(), customerId: person.id, ...checkout, ...body };
          return this.commands.execute(new PlaceOrder(order));
        },
      },
    );
  }
}
