import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { ShipmentLost } from '@shop/shipping/contract';
import { FollowShipment } from './follow-shipment';

@Policy(ShipmentLost, 'follow-lost-shipment')
export class FollowShipmentWhenLost {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: ShipmentLost): Promise<void> {
    await this.commands.execute(new FollowShipment(orderId, 'lost'));
  }
}
