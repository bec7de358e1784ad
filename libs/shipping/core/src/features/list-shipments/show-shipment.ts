import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Shipments, type ShownShipment } from '../../domain/shipments';

export class ShowShipment extends Query<ShownShipment> {
  constructor(readonly orderId: string) {
    super();
  }
}

/** The prepared shipment of an order. */
@QueryHandler(ShowShipment)
export class ShowShipmentHandler implements IQueryHandler<ShowShipment> {
  constructor(private readonly shipments: Shipments) {}

  async execute({ orderId }: ShowShipment): Promise<ShownShipment> {
    const [shipment] = await this.shipments.list({ orderId, limit: 1 });
    return shipment!;
  }
}
