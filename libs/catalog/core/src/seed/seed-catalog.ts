import { Injectable } from '@nestjs/common';
import { Transaction } from '@banyan/persistence';
import { CommandBus } from '@nestjs/cqrs';
import { Showcase } from '../domain/showcase';
import { ListProduct } from '../features/list-product/list-product';
import { ASSORTMENT } from './assortment';

/** Fills an empty shop; does nothing to one that sells anything. */
@Injectable()
export class SeedCatalog {
  constructor(
    private readonly showcase: Showcase,
    private readonly commands: CommandBus,
    private readonly transaction: Transaction,
  ) {}

  async run(): Promise<void> {
    await this.transaction.run(async () => {
      const [first] = await this.showcase.browse({ limit: 1 });
      if (first) return;
      for (const product of ASSORTMENT) await this.commands.execute(new ListProduct(product));
    });
  }
}
