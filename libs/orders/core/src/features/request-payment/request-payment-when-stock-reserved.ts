import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { StockReserved } from '@shop/inventory/contract';
import { RequestPayment } from './request-payment';

/** It confirmed the order itself before there were payments; a fact handled then is not handled again. */
@Policy(StockReserved, 'request-payment', { formerly: 'confirm-order' })
export class RequestPaymentWhenStockReserved {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: StockReserved): Promise<void> {
    await this.commands.execute(new RequestPayment(orderId));
  }
}
