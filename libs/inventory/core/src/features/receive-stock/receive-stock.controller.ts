import { CurrentPerson, type Person, Roles } from '@banyan/auth';
import { Answer, Idempotency, IdempotencyKey, Refuses, Sku } from '@banyan/http';
import { Contexts } from '@banyan/messaging';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { QuotePrices, UnknownSku } from '@shop/catalog/contract';
import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import { NotOnSale } from '../../domain/inventory-errors';
import { NewReceipt, ReceiptBody } from '../stock-schemas';
import { ReceiveStock } from './receive-stock';

@Controller('stock')
export class ReceiveStockController {
  constructor(
    private readonly commands: CommandBus,
    private readonly contexts: Contexts,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(':sku/receipts')
  @Roles('staff')
  @Answer(201, ReceiptBody)
  @Refuses({ 400: ['inventory.not-on-sale'], 409: ['inventory.too-much-stock'] })
  receive(
    @CurrentPerson() person: Person,
    @Param('sku', { schema: Sku }) sku: string,
    @IdempotencyKey({ optional: true }) key: string | undefined,
    @Body({ schema: NewReceipt }) { quantity }: z.output<typeof NewReceipt>,
  ) {
    return this.idempotency.answer(
      { person: person.id, key, body: { sku, quantity } },
      {
        prepare: () => this.assertOnSale(sku),
        handle: async () => {
          const id = uuidv7();
          const stock = await this.commands.execute(
            new ReceiveStock({ id, sku, quantity, receivedAt: new Date() }),
          );
          return { id, quantity, stock };
        },
      },
    );
  }

  /** A slip in a SKU must not become stock of nothing. */
  private async assertOnSale(sku: string): Promise<void> {
    try {
      await this.contexts.ask(QuotePrices, { skus: [sku] });
    } catch (error) {
      throw error instanceof UnknownSku ? new NotOnSale(sku) : error;
    }
  }
}
