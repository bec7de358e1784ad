import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import { Stock, type StockState } from '../domain/stock';
import { Stocks } from '../domain/stocks';
import { StockTable } from './inventory-tables';

/** In order of SKU: who locks several never waits for somebody who waits for him. */
const LOCK = `
  SELECT sku, received, on_hand AS "onHand", reserved, shipped
    FROM stock WHERE sku = ANY($1) ORDER BY sku FOR NO KEY UPDATE`;

/** All in one statement. */
const SAVE = `
  UPDATE stock SET received = changed.received, on_hand = changed."onHand",
         reserved = changed.reserved, shipped = changed.shipped
    FROM json_to_recordset($1) AS changed (sku text, received int, "onHand" int, reserved int, shipped int)
   WHERE stock.sku = changed.sku`;

@Injectable()
export class PostgresStocks extends Stocks {
  constructor(private readonly database: Database) {
    super();
  }

  async change<T>(
    skus: readonly string[],
    change: (stocks: ReadonlyMap<string, Stock>) => T | Promise<T>,
  ): Promise<T> {
    const rows = await this.database.query<StockState>(LOCK, [skus]);
    const stocks = new Map(rows.map((row) => [row.sku, Stock.restore(row)]));
    const result = await change(stocks);
    const changed = rows.flatMap((row) => {
      const state = stocks.get(row.sku)!.snapshot();
      return state === row ? [] : [state];
    });
    if (changed.length > 0) await this.database.query(SAVE, [JSON.stringify(changed)]);
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
}
