import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { ShipmentCancelled } from '@shop/shipping/contract';
import { FollowShipment } from './follow-shipment';

@Policy(ShipmentCancelled, 'follow-cancelled-shipment')
export class FollowShipmentWhenCancelled {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: ShipmentCancelled): Promise<void> {
    await this.commands.execute(new FollowShipment(orderId, 'shipmentCancelled'));
  }
}
