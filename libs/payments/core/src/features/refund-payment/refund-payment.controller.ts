import { CurrentPerson, type Person, Roles } from '@banyan/auth';
import { Answer, Idempotency, IdempotencyKey, Refuses, Uuid } from '@banyan/http';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { NewRefund, RefundBody } from '../payment-schemas';
import { RefundPayment } from './refund-payment';

@Controller('payments')
export class RefundPaymentController {
  constructor(
    private readonly commands: CommandBus,
    private readonly idempotency: Idempotency,
  ) {}

  /** Accepts the refund; the money goes back a moment later. */
  @Post(':id/refunds')
  @HttpCode(202)
  @Roles('staff')
  @Answer(202, RefundBody)
  @Refuses({
    400: ['payments.foreign-currency'],
    404: ['payments.payment-not-found'],
    409: ['payments.refund-too-large'],
  })
  refund(
    @CurrentPerson() person: Person,
    @Param('id', { schema: Uuid }) paymentId: string,
    @IdempotencyKey() key: string,
    @Body({ schema: NewRefund }) { amount, reason }: z.output<typeof NewRefund>,
  ) {
    return this.idempotency.answer(
      { person: person.id, key, body: { paymentId, amount, reason } },
      {
        handle: async () => {
          const id = uuidv7();
          await this.commands.execute(new RefundPayment(paymentId, { refundId: id, amount, note: reason }));
          return { id, paymentId, amount, status: 'requested' };
        },
      },
    );
  }
}
