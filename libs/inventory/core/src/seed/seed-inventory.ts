import { Transaction } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import { Receipts } from '../domain/receipts';
import { ReceiveStock } from '../features/receive-stock/receive-stock';
import { OPENING_STOCK } from './opening-stock';

const RECEIPTS = '5d0e4c1a-6f0b-5b3e-9a57-2f4d8c6e1b90';

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
        if (quantity === 0) continue;
        // The same id everywhere: of two processes that begin at the same time, one fails, and then finds it done.
        const id = uuidv5(sku, RECEIPTS);
        await this.commands.execute(new ReceiveStock({ id, sku, quantity, receivedAt }));
      }
    });
  }
}
