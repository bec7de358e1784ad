import { CurrentPerson, type Person, Roles } from '@banyan/auth';
import { Idempotency, IdempotencyKey, Sku } from '@banyan/http';
import { Contexts } from '@banyan/messaging';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { QuotePrices, UnknownSku } from '@shop/catalog/contract';
import { v7 as uuidv7 } from 'uuid';
import { z } from 'zod';
import { NotOnSale } from '../../domain/inventory-errors';
import { ReceiveStock } from './receive-stock';

const ReceiptBody = z.strictObject({ quantity: z.int().min(1).max(1_000_000) }).meta({ id: 'Receipt' });

@Controller('stock')
export class ReceiveStockController {
  constructor(
    private readonly commands: CommandBus,
    private readonly contexts: Contexts,
    private readonly idempotency: Idempotency,
  ) {}

  @Post(':sku/receipts')
  @Roles('staff')
  receive(
    @CurrentPerson() person: Person,
    @Param('sku', { schema: Sku }) sku: string,
    @IdempotencyKey({ optional: true }) key: string | undefined,
    @Body({ schema: ReceiptBody }) { quantity }: z.output<typeof ReceiptBody>,
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
