import { CurrentPerson, type Person } from '@banyan/auth';
import { sensitive } from '@banyan/contracts';
import { Idempotency, IdempotencyKey, Money, text, Uuid } from '@banyan/http';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { PlaceOrder } from './place-order';
import { QuoteCart } from './quote-cart';

const OrderBody = z
  .strictObject({
    addressId: Uuid,
    paymentToken: sensitive(text(200)),
    expectedTotal: Money.optional().describe('The order is refused when it costs anything else'),
  })
  .meta({ id: 'NewOrder' });

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
  place(
    @CurrentPerson() person: Person,
    @IdempotencyKey() key: string,
    @Body({ schema: OrderBody }) body: z.output<typeof OrderBody>,
  ) {
    return this.idempotency.answer(
      { person: person.id, key, body },
      {
        prepare: () => this.queries.execute(new QuoteCart(person.id)),
        handle: async (lines) => {
          const order = { id: uuidv7(), customerId: person.id, lines, ...body };
          return this.commands.execute(new PlaceOrder(order));
        },
      },
    );
  }
}
