import { Roles } from '@banyan/auth';
import { Answer, Refuses, Uuid } from '@banyan/http';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ImpossibleStep } from '../../domain/shipment-errors';
import { Shipments } from '../../domain/shipments';
import { ShowShipment } from '../list-shipments/show-shipment';
import { ShipmentBody } from '../shipment-schemas';
import { DispatchShipment } from './dispatch-shipment';

@Controller('shipments')
export class DispatchShipmentController {
  constructor(
    private readonly shipments: Shipments,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post(':id/dispatch')
  @Roles('staff')
  @HttpCode(200)
  @Answer(200, ShipmentBody)
  @Refuses({ 404: ['shipping.shipment-not-found'], 409: ['shipping.impossible-step'] })
  async dispatch(@Param('id', { schema: Uuid }) id: string) {
    const orderId = await this.shipments.orderOf(id);
    const left = await this.commands.execute(new DispatchShipment(orderId));
    if (!left) throw new ImpossibleStep(id, 'cancelled', 'dispatched');
    return this.queries.execute(new ShowShipment(orderId));
  }
}
