import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Visitor } from '../../shop/visitor';
import type { Chance } from '../plan/chance';
import type { History } from './history';

/** Receives goods, gives money back out of goodwill, and gives parcels up. */
export class Clerk {
  constructor(
    private readonly self: Visitor,
    private readonly skus: readonly string[],
    private readonly history: History,
    private readonly chance: Chance,
  ) {}

  async work(): Promise<void> {
    await this.chance.of([() => this.receive(), () => this.giveBack(), () => this.giveUp()])();
    await sleep(this.chance.between(50, 250));
  }

  private async receive(): Promise<void> {
    const sku = this.chance.of(this.skus);
    const quantity = this.chance.between(1, 5);
    const key = randomUUID();
    const received = await this.history.insist('a receipt', [201], () =>
      this.self.post(`/stock/${sku}/receipts`, { quantity }, { 'Idempotency-Key': key }),
    );
    if (received) this.history.receipts.push({ id: received.body.id, sku, quantity });
  }

  private async giveBack(): Promise<void> {
    const payment = await this.find('payments');
    if (payment?.status !== 'captured') return;
    const amount = this.chance.between(1, Math.ceil(payment.amount.amount / 3));
    const key = randomUUID();
    const body = { amount: { amount, currency: payment.amount.currency }, reason: 'Sorry for the dent' };
    // 409: there is not so much left of it.
    const given = await this.history.insist('a refund', [202, 409], () =>
      this.self.post(`/payments/${payment.id}/refunds`, body, { 'Idempotency-Key': key }),
    );
    if (given?.status === 202)
      this.history.refunds.push({ id: given.body.id, paymentId: payment.id, amount });
  }

  private async giveUp(): Promise<void> {
    const shipment = await this.find('shipments');
    if (shipment?.status !== 'dispatched') return;
    // 409: it has arrived meanwhile.
    const lost = await this.history.insist('giving up a parcel', [200, 409], () =>
      this.self.post(`/shipments/${shipment.id}/loss`),
    );
    if (lost?.status === 200) this.history.losses.push(shipment.orderId);
  }

  /** What there is of one of the latest orders. */
  private async find(what: 'payments' | 'shipments') {
    const [orderId] = [this.chance.of([...this.history.orders.values()].slice(-12))];
    if (!orderId) return undefined;
    const found = await this.history.insist(`looking for ${what}`, [200], () =>
      this.self.get(`/${what}?orderId=${orderId}`),
    );
    return found?.body.items[0];
  }
}
