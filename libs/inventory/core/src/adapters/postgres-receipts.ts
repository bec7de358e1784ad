import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { type Receipt, Receipts } from '../domain/receipts';
import { ReceiptTable } from './inventory-tables';

@Injectable()
export class PostgresReceipts extends Receipts {
  constructor(private readonly database: Database) {
    super();
  }

  async add(receipt: Receipt): Promise<void> {
    await this.database.manager.insert(ReceiptTable, receipt);
  }

  any(): Promise<boolean> {
    return this.database.manager.exists(ReceiptTable);
  }
}
