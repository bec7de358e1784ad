import { Policy } from '@banyan/messaging';
import { CommandBus } from '@nestjs/cqrs';
import { DispatchDue } from './dispatch-due';
import { DispatchShipment } from './dispatch-shipment';

@Policy(DispatchDue, 'dispatch-shipment')
export class DispatchShipmentWhenDue {
  constructor(private readonly commands: CommandBus) {}

  async handle({ orderId }: DispatchDue): Promise<void> {
    await this.commands.execute(new DispatchShipment(orderId));
  }
}
