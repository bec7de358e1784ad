import { eventually } from '@banyan/testing';
import { aProduct, order, orderThatIs, paymentThatIs, shipmentThatIs, stockThat } from '../shop/buying';
import { CONTEXTS } from '../shop/placements';
import type { Shop } from '../shop/start-shop';
import type { Visitor } from '../shop/visitor';

const PIECES = 5;

const TOLD = CONTEXTS.map((context) => `SELECT id, key FROM "${context}".event_log`).join(' UNION ALL ');

/** Where a story happens: a customer of its own, a product of its own, and whoever runs the shop. */
export class Scene {
  orderId = '';

  private constructor(
    readonly shop: Shop,
    /** Marks what the story sets in motion. */
    readonly mark: string,
    private readonly broken: readonly string[],
    public sku: string,
    /** Whose acts meet what is broken. */
    readonly customer: Visitor,
    /** The same customer, whose acts meet nothing broken. */
    readonly inPeace: Visitor,
    readonly staff: Visitor,
  ) {}

  /** `broken` are names like `inventory/reserve-stock`; `mark` is unique, and fit for an address. */
  static async set(
    shop: Shop,
    { broken, mark, pieces = PIECES }: { broken: readonly string[]; mark: string; pieces?: number },
  ): Promise<Scene> {
    const headers = {
      'x-correlation-id': [mark, ...broken.map((name) => name.replace('/', '.'))].join(':'),
    };
    const sam = await shop.as('sam', { staff: true });
    const sku = await aProduct(sam, { pieces });
    const ann = await shop.as(mark, { signingUp: headers });
    return new Scene(shop, mark, broken, sku, ann.sending(headers), ann, sam.sending(headers));
  }

  /** Puts one piece into the cart and orders it. */
  async buys(paymentToken = 'tok_ok'): Promise<void> {
    const { status, body } = await order(this.customer, { [this.sku]: 1 }, { paymentToken });
    if (status !== 202) throw new Error(`The order was not taken: ${status} ${JSON.stringify(body)}`);
    this.orderId = body.id;
  }

  cancels = (by: Visitor = this.customer) =>
    accepted(by.post(`/orders/${this.orderId}/cancellation`), `The cancellation of ${this.mark}`);

  /** The van comes for what is packed. */
  async isCollected(): Promise<void> {
    await this.parcelIs('preparing');
    await this.shop.comesDue('shipping.dispatch-due.v1', this.orderId);
  }

  /** The carrier rings at the door. */
  async isRung(): Promise<void> {
    await this.parcelIs('dispatched');
    await this.shop.comesDue('shipping.delivery-due.v1', this.orderId);
  }

  async isLost(): Promise<void> {
    const { id } = await this.parcelIs('dispatched');
    await accepted(this.staff.post(`/shipments/${id}/loss`), `The loss of ${this.mark}`);
  }

  async isSeenDelivered(): Promise<void> {
    const { id } = await this.parcelIs('dispatched');
    await accepted(this.staff.post(`/shipments/${id}/delivery`), `The delivery of ${this.mark}`);
  }

  deadlinePasses = () => this.shop.comesDue('orders.checkout-expired.v1', this.orderId);

  /** All that is left to do until the order is completed. */
  async comesToItsCustomer(): Promise<void> {
    await this.is('confirmed');
    await this.isCollected();
    await this.isRung();
    await this.is('completed');
  }

  is = (...statuses: string[]) => orderThatIs(this.inPeace, this.orderId, ...statuses);
  paymentIs = (...statuses: string[]) => paymentThatIs(this.inPeace, this.orderId, ...statuses);
  /** How the payment ended, where one was asked for. */
  paymentEnded = () =>
    eventually(
      async (): Promise<'declined' | 'refunded' | undefined> => {
        const { body } = await this.inPeace.get(`/payments?orderId=${this.orderId}`);
        const status = body.items[0]?.status;
        if (status === 'pending' || status === 'captured')
          throw new Error(`The payment of ${this.mark} has not ended: ${JSON.stringify(body)}`);
        return status;
      },
      { timeoutMs: 15_000, everyMs: 50 },
    );
  parcelIs = (...statuses: string[]) => shipmentThatIs(this.inPeace, this.orderId, ...statuses);
  stockIs = (stock: { onHand: number; reserved: number; shipped: number }) =>
    stockThat(
      this.inPeace,
      this.sku,
      ({ onHand, reserved, shipped }) =>
        onHand === stock.onHand && reserved === stock.reserved && shipped === stock.shipped,
    );

  /** What the customer was told of a kind, once it has come to this. */
  told = (template: string, status: string) =>
    eventually(
      async () => {
        const { body } = await this.inPeace.get('/notifications?limit=100');
        const told = body.items.filter((each: { template: string }) => each.template === template);
        if (told.length !== 1 || told[0].status !== status)
          throw new Error(`${this.mark} should be told ${template} once, ${status}: ${JSON.stringify(told)}`);
      },
      { timeoutMs: 15_000, everyMs: 50 },
    );

  /** A subscription has handled what it was told of the order. */
  async isHandled(name: string): Promise<void> {
    const [context, subscription] = name.split('/');
    await eventually(
      async () => {
        const seen = await this.shop.sql(
          `SELECT 1 FROM "${context}".inbox_seen seen
            WHERE seen.subscription = $1 AND seen.id IN (SELECT id FROM (${TOLD}) told WHERE key = $2)
              AND NOT EXISTS (SELECT 1 FROM "${context}".inbox i WHERE (i.id, i.subscription) = (seen.id, seen.subscription))`,
          [subscription, this.orderId],
        );
        if (seen.length === 0) throw new Error(`${this.mark}: ${name} has handled nothing`);
      },
      { timeoutMs: 15_000, everyMs: 50 },
    );
  }

  /** Each of the broken subscriptions has given a message up. */
  async areDead(): Promise<void> {
    for (const name of this.broken) {
      const [context, subscription] = name.split('/');
      await eventually(
        async () => {
          const dead = await this.shop.sql(
            `SELECT id FROM "${context}".inbox_dead WHERE subscription = $1 AND attributes::json->>'correlationid' LIKE $2`,
            [subscription, `${this.mark}:%`],
          );
          if (dead.length === 0) throw new Error(`${this.mark}: ${name} has given nothing up`);
        },
        { timeoutMs: 15_000, everyMs: 50 },
      );
    }
  }
}

async function accepted(answer: ReturnType<Visitor['post']>, what: string): Promise<void> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(`${what} was refused: ${status} ${JSON.stringify(body)}`);
}
