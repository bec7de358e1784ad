import { Transaction } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { v7 as uuidv7 } from 'uuid';
import { Receipts } from '../domain/receipts';
import { ReceiveStock } from '../features/receive-stock/receive-stock';
import { OPENING_STOCK } from './opening-stock';

/** Fills an empty warehouse; does nothing to one that ever received anything. */
@Injectable()
export class SeedInventory {
  constructor(
    private readonly receipts: Receipts,
    private readonly commands: CommandBus,
    private readonly transaction: Transaction,
  ) {}

  async run(): Promise<void> {
    await this.transaction.run(async () => {
      if (await this.receipts.any()) return;
      const receivedAt = new Date();
      for (const [sku, quantity] of Object.entries(OPENING_STOCK)) {
        if (quantity > 0)
          await this.commands.execute(new ReceiveStock({ id: uuidv7(), sku, quantity, receivedAt }));
      }
    });
  }
}
