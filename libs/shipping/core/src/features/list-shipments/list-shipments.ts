import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { Shipments, type ShownShipment } from '../../domain/shipments';

type Filter = Parameters<Shipments['list']>[0];

export class ListShipments extends Query<ShownShipment[]> {
  constructor(readonly filter: Filter) {
    super();
  }
}

/** Shipments, newest first: a customer's own, or everybody's where no customer is named. */
@QueryHandler(ListShipments)
export class ListShipmentsHandler implements IQueryHandler<ListShipments> {
  constructor(private readonly shipments: Shipments) {}

  execute({ filter }: ListShipments): Promise<ShownShipment[]> {
    return this.shipments.list(filter);
  }
}
