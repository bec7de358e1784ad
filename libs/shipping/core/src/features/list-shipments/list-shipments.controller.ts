import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, decodeCursor, page, type Page, Uuid } from '@banyan/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import type { ShownShipment } from '../../domain/shipments';
import { ShipmentPage, ShipmentsQuery } from '../shipment-schemas';
import { ListShipments } from './list-shipments';

@Controller('shipments')
export class ListShipmentsController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Answer(200, ShipmentPage, 'Your own; for staff, everybody’s')
  async list(
    @CurrentPerson() { id, roles }: Person,
    @Query({ schema: ShipmentsQuery }) { orderId, limit, cursor }: z.output<typeof ShipmentsQuery>,
  ): Promise<Page<ShownShipment>> {
    const after = decodeCursor(Uuid, cursor);
    const customerId = roles.includes('staff') ? undefined : id;
    const shipments = await this.queries.execute(
      new ListShipments({ customerId, orderId, limit: limit + 1, after }),
    );
    return page(shipments, limit, ({ id }) => id);
  }
}
