import { DomainError } from '@banyan/contracts';

export class ShipmentNotFound extends DomainError {
  readonly code = 'shipping.shipment-not-found';
  readonly kind = 'not-found';
  constructor(readonly shipmentId: string) {
    super(`There is no shipment ${shipmentId}`);
  }
}

/** What is said to have happened cannot happen to this shipment any more, or not yet. */
export class ImpossibleStep extends DomainError {
  readonly code = 'shipping.impossible-step';
  readonly kind = 'conflict';
  constructor(
    readonly shipmentId: string,
    readonly status: string,
    readonly step: string,
  ) {
    super(`Shipment ${shipmentId} is ${status} and cannot become ${step}`);
  }

  override get details() {
    return { shipmentStatus: this.status };
  }
}
