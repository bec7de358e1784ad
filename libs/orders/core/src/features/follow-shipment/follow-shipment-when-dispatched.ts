import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { ShipmentDispatched } from '@shop/shipping/contract';
import { FollowShipment } from './follow-shipment';

@Policy(ShipmentDispatched, 'follow-dispatched-shipment')
export class FollowShipmentWhenDispatched {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: ShipmentDispatched): Promise<void> {
    await this.commands.execute(new FollowShipment(orderId, 'dispatched'));
  }
}
