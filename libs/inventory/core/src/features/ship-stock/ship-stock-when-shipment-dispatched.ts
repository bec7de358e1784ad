import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { ShipmentDispatched } from '@shop/shipping/contract';
import { ShipStock } from './ship-stock';

@Policy(ShipmentDispatched, 'ship-stock')
export class ShipStockWhenShipmentDispatched {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: ShipmentDispatched): Promise<void> {
    await this.commands.execute(new ShipStock(orderId));
  }
}
