import { Scenario } from '@banyan/testing';
import { StockAvailability } from '@shop/inventory/contract';
import { InventoryModule } from '../inventory.module';
import { OPENING_STOCK } from './opening-stock';

describe('The stock of the first day', () => {
  let inventory: Scenario;
  beforeAll(async () => (inventory = await Scenario.of(InventoryModule)));
  afterAll(() => inventory.stop());

  it('is received once, even where two processes begin at the same time', async () => {
    await Promise.allSettled([inventory.seed(), inventory.seed(), inventory.seed()]);
    await inventory.seed();

    const { levels } = await inventory.ask(StockAvailability, { skus: Object.keys(OPENING_STOCK) });
    expect(Object.fromEntries(levels.map(({ sku, onHand }) => [sku, onHand]))).toEqual(OPENING_STOCK);
  });
});
