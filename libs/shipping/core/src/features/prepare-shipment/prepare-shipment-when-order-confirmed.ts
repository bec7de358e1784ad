import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { OrderConfirmed } from '@shop/orders/contract';
import { PrepareShipment } from './prepare-shipment';

@Policy(OrderConfirmed, 'prepare-shipment')
export class PrepareShipmentWhenOrderConfirmed {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId, customerId, lines, address }: OrderConfirmed): Promise<void> {
    const goods = lines.map(({ sku, quantity }) => ({ sku, quantity }));
    await this.commands.execute(new PrepareShipment(orderId, { customerId, lines: goods, address }));
  }
}
