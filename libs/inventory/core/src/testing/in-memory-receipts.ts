import { type Receipt, Receipts } from '../domain/receipts';

export class InMemoryReceipts extends Receipts {
  readonly receipts: Receipt[] = [];

  async add(receipt: Receipt): Promise<void> {
    this.receipts.push(receipt);
  }

  async any(): Promise<boolean> {
    return this.receipts.length > 0;
  }
}
