import { type Message, Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { ShipmentDispatched } from '@shop/shipping/contract';
import { shipmentDispatched } from '../../domain/templates';
import { TellCustomer } from './tell-customer';

@Policy(ShipmentDispatched, 'tell-shipment-dispatched')
export class TellCustomerWhenShipmentDispatched {
  constructor(private readonly commands: CommandBus) {}

  async handle(told: ShipmentDispatched, _prepared: unknown, { id }: Message): Promise<void> {
    await this.commands.execute(new TellCustomer(told.customerId, id, shipmentDispatched(told)));
  }
}
