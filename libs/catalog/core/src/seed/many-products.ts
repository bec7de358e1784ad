import type { EventPublisher } from '@banyan/messaging';
import type { Database } from '@banyan/persistence';
import { ProductListed } from '@shop/catalog/contract';
import { Product, type ProductState } from '../domain/product';

const LOOKS = [
  'Old',
  'Plain',
  'Blue',
  'Tall',
  'Round',
  'Fine',
  'Large',
  'Light',
  'Quiet',
  'Winter',
  'Little',
  'Striped',
];
const PLACES = [
  'Leiden',
  'Kyoto',
  'Porto',
  'Assam',
  'Bergen',
  'Oaxaca',
  'Galway',
  'Izmir',
  'Lviv',
  'Tartu',
  'Cadiz',
];
const STUFF = [
  'Oak',
  'Linen',
  'Brass',
  'Clay',
  'Wool',
  'Glass',
  'Willow',
  'Copper',
  'Felt',
  'Slate',
  'Bamboo',
  'Cork',
  'Steel',
];
const THINGS: Readonly<Record<string, readonly string[]>> = {
  kitchen: ['Kettle', 'Ladle', 'Grater', 'Whisk', 'Strainer', 'Chopping Board', 'Pepper Mill'],
  'tea-ware': ['Teapot', 'Tea Caddy', 'Tasting Cup', 'Tray', 'Tea Towel'],
  home: ['Lamp', 'Blanket', 'Cushion', 'Basket', 'Candle Holder', 'Doormat', 'Clock'],
  garden: ['Trowel', 'Watering Can', 'Planter', 'Bird House', 'Twine Box'],
  paper: ['Notebook', 'Calendar', 'Pencil Case', 'Letter Tray'],
};
const KINDS = Object.entries(THINGS).flatMap(([category, things]) =>
  things.map((thing) => [category, thing] as const),
);

const BATCH = 500;

/** The `n`th of as many made-up products as anybody wants; always the same one. */
export function madeUpProduct(n: number): Omit<ProductState, 'retired'> {
  const pick = <T>(list: readonly T[], stride: number): T => list[Math.floor(n / stride) % list.length]!;
  const [category, thing] = pick(KINDS, 1);
  const stuff = pick(STUFF, KINDS.length);
  const look = pick(LOOKS, KINDS.length * STUFF.length);
  const place = pick(PLACES, 7);
  return {
    sku: `BULK-${String(n).padStart(7, '0')}`,
    name: `${look} ${stuff} ${thing} No. ${n + 1}`,
    description: `A ${thing.toLowerCase()} of ${stuff.toLowerCase()}, made in ${place}. Number ${n + 1} of its kind.`,
    category,
    price: { amount: 300 + ((n * 7_919) % 24_700), currency: 'EUR' },
  };
}

/** Fills a shop with made-up products, each announced as any other; those that are there already are left alone. */
export class ManyProducts {
  constructor(
    private readonly database: Database,
    private readonly events: EventPublisher,
  ) {}

  /** Returns how many were new. Tells `onProgress` how many it has been through. */
  async list(count: number, onProgress?: (done: number) => void): Promise<number> {
    let listed = 0;
    for (let from = 0; from < count; from += BATCH) {
      const products = Array.from({ length: Math.min(BATCH, count - from) }, (_, at) =>
        madeUpProduct(from + at),
      );
      listed += await this.database.run(() => this.listBatch(products));
      onProgress?.(from + products.length);
    }
    await this.database.query('ANALYZE products').catch(() => undefined); // The owner's to do, where that is another role.
    return listed;
  }

  private async listBatch(products: readonly Omit<ProductState, 'retired'>[]): Promise<number> {
    const rows = products.map((product) => {
      const { price, ...row } = Product.list(product).snapshot();
      return { ...row, price_amount: price.amount, price_currency: price.currency };
    });
    const added = await this.database.query<{ sku: string }>(
      `INSERT INTO products (sku, name, description, category, price_amount, price_currency)
       SELECT * FROM json_to_recordset($1)
           AS fresh (sku text, name text, description text, category text, price_amount int, price_currency text)
           ON CONFLICT DO NOTHING RETURNING sku`,
      [JSON.stringify(rows)],
    );
    const fresh = new Set(added.map(({ sku }) => sku));
    await this.events.publish(
      ...products
        .filter(({ sku }) => fresh.has(sku))
        .map(({ sku, name, category, price }) => ProductListed({ sku, name, category, price })),
    );
    return fresh.size;
  }
}
