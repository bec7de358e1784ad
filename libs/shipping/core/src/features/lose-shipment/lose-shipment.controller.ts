import { Roles } from '@banyan/auth';
import { Answer, Refuses, Uuid } from '@banyan/http';
import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { Shipments } from '../../domain/shipments';
import { ShowShipment } from '../list-shipments/show-shipment';
import { ShipmentBody } from '../shipment-schemas';
import { LoseShipment } from './lose-shipment';

@Controller('shipments')
export class LoseShipmentController {
  constructor(
    private readonly shipments: Shipments,
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post(':id/loss')
  @Roles('staff')
  @HttpCode(200)
  @Answer(200, ShipmentBody)
  @Refuses({ 404: ['shipping.shipment-not-found'], 409: ['shipping.impossible-step'] })
  async lose(@Param('id', { schema: Uuid }) id: string) {
    const orderId = await this.shipments.orderOf(id);
    await this.commands.execute(new LoseShipment(orderId));
    return this.queries.execute(new ShowShipment(orderId));
  }
}
