import { type Message, Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { ShipmentLost } from '@shop/shipping/contract';
import { shipmentLost } from '../../domain/templates';
import { TellCustomer } from './tell-customer';

@Policy(ShipmentLost, 'tell-shipment-lost')
export class TellCustomerWhenShipmentLost {
  constructor(private readonly commands: CommandBus) {}

  async handle(told: ShipmentLost, _prepared: unknown, { id }: Message): Promise<void> {
    await this.commands.execute(new TellCustomer(told.customerId, id, shipmentLost(told)));
  }
}
