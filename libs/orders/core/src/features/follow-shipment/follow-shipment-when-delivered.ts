import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { ShipmentDelivered } from '@shop/shipping/contract';
import { FollowShipment } from './follow-shipment';

@Policy(ShipmentDelivered, 'follow-delivered-shipment')
export class FollowShipmentWhenDelivered {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: ShipmentDelivered): Promise<void> {
    await this.commands.execute(new FollowShipment(orderId, 'delivered'));
  }
}
