import { brokenRules } from './shop/books';
import { walkThrough } from './shop/journey';
import { placements } from './shop/placements';
import { Shop } from './shop/start-shop';

jest.setTimeout(60_000);

describe.each(placements)('The shop, %s,', (_, placement) => {
  let shop: Shop;

  beforeAll(async () => {
    shop = await Shop.open({ placement });
  });

  afterAll(() => shop?.close());

  walkThrough(() => shop);

  it('has its books in order when all is quiet', async () => {
    await shop.quiet();

    expect(await brokenRules(shop)).toEqual({});
  });

  it('stops when it is told to, in good order, and leaves nothing behind', async () => {
    const ends = await shop.stop();

    for (const end of ends) expect(end).toMatchObject({ code: 0, left: false, faults: [] });
    expect(await shop.sessions()).toBe(0);
  });
});
