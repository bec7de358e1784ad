/** A delivery of one product to the shop. */
export interface Receipt {
  readonly id: string;
  readonly sku: string;
  readonly quantity: number;
  readonly receivedAt: Date;
}

/** Everything that was ever received. */
export abstract class Receipts {
  abstract add(receipt: Receipt): Promise<void>;

  abstract any(): Promise<boolean>;
}
