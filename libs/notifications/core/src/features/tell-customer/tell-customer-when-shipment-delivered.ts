import { type Message, Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { ShipmentDelivered } from '@shop/shipping/contract';
import { shipmentDelivered } from '../../domain/templates';
import { TellCustomer } from './tell-customer';

@Policy(ShipmentDelivered, 'tell-shipment-delivered')
export class TellCustomerWhenShipmentDelivered {
  constructor(private readonly commands: CommandBus) {}

  async handle(told: ShipmentDelivered, _prepared: unknown, { id }: Message): Promise<void> {
    await this.commands.execute(new TellCustomer(told.customerId, id, shipmentDelivered(told)));
  }
}
