import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Stock, type StockState } from '../domain/stock';
import { Stocks } from '../domain/stocks';
import { StockTable } from './inventory-tables';

@Injectable()
export class PostgresStocks extends Stocks {
  constructor(private readonly database: Database) {
    super();
  }

  async change<T>(
    skus: readonly string[],
    change: (stocks: ReadonlyMap<string, Stock>) => T | Promise<T>,
  ): Promise<T> {
    const rows = await this.database.manager.find(StockTable, {
      where: { sku: In([...skus]) },
      order: { sku: 'ASC' },
      lock: { mode: 'pessimistic_write' },
    });
    const stocks = new Map(rows.map((row) => [row.sku, Stock.restore(row)]));
    const result = await change(stocks);
    await this.save([...stocks.values()].map((stock) => stock.snapshot()));
    return result;
  }

  async open(sku: string): Promise<void> {
    await this.database.manager
      .createQueryBuilder()
      .insert()
      .into(StockTable)
      .values(Stock.open(sku).snapshot())
      .orIgnore()
      .execute();
  }

  levels(skus: readonly string[]): Promise<StockState[]> {
    return this.database.manager.find(StockTable, { where: { sku: In([...skus]) } });
  }

  /** All in one statement. */
  private async save(stocks: StockState[]): Promise<void> {
    await this.database.query(
      `UPDATE stock SET received = changed.received, on_hand = changed."onHand",
              reserved = changed.reserved, shipped = changed.shipped
         FROM jsonb_to_recordset($1) AS changed (sku text, received int, "onHand" int, reserved int, shipped int)
        WHERE stock.sku = changed.sku`,
      [JSON.stringify(stocks)],
    );
  }
}
