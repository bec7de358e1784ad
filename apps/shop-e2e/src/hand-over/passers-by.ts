import { randomUUID } from 'node:crypto';
import { aProduct } from '../shop/buying';
import type { Shop } from '../shop/start-shop';

const EVERY_MS = 100;

/** People who only look, at a steady pace whatever they are told, so that a short pause is seen as well. */
export class PassersBy {
  private readonly timer: NodeJS.Timeout;
  private readonly asking = new Set<Promise<unknown>>();

  private constructor(looks: readonly (() => Promise<unknown>)[]) {
    this.timer = setInterval(() => {
      for (const look of looks) {
        const asked = look().catch(() => undefined);
        this.asking.add(asked);
        void asked.finally(() => this.asking.delete(asked));
      }
    }, EVERY_MS);
  }

  static async come(shop: Shop): Promise<PassersBy> {
    const [staff, customer] = await Promise.all([shop.as('sam', { staff: true }), shop.as('a passer-by')]);
    const sku = await aProduct(staff, { pieces: 1 });
    const nobody = randomUUID();
    return new PassersBy([
      () => shop.anybody().get(`/products/${sku}`),
      () => shop.anybody().get(`/stock/${sku}`),
      () => customer.get('/orders'),
      () => staff.get(`/payments?orderId=${nobody}`),
    ]);
  }

  /** Resolves when the last one has been answered. */
  async leave(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.asking);
  }
}
