import { randomUUID } from 'node:crypto';
import { aProduct, order, orderThatIs, paymentThatIs, shipmentThatIs } from '../shop/buying';
import type { Shop } from '../shop/start-shop';
import type { Visitor } from '../shop/visitor';
import type { Who } from './verdicts';

/** Whoever signs in and out. */
const ACCOUNT = { email: 'door@example.com', password: 'correct horse battery', name: 'Door' };

/** An owner with everything that can belong to a person, and the others, who have none of it. */
export class Scene {
  private constructor(
    readonly shop: Shop,
    readonly people: Readonly<Record<Who, Visitor>>,
    /** Of each, an address to order to. */
    readonly homes: Readonly<Record<Who, string>>,
    /** Orders of the owner, by what is to be done with them. */
    readonly orders: Readonly<Record<Purpose, Bought>>,
    /** What must not be in the answer to anybody else. */
    readonly secrets: readonly string[],
    /** Each of a sign-in of its own, to be used up. */
    private readonly refreshTokens: string[],
  ) {}

  /** Somebody's, for the door. */
  readonly credentials = { email: ACCOUNT.email, password: ACCOUNT.password };

  /** One that nobody has used yet. */
  refreshToken = (): string => this.refreshTokens.pop()!;

  static async set(shop: Shop): Promise<Scene> {
    const [owner, other, staff] = [
      await shop.as('ann'),
      await shop.as('bob'),
      await shop.as('sam', { staff: true }),
    ];
    const home = { name: 'Sam', line1: '1 Mill Lane', city: 'Leiden', postalCode: '2311', country: 'NL' };
    const { id: office } = (await staff.post('/users/me/addresses', home)).body;
    await shop.anybody().post('/users', ACCOUNT);
    const { email, password } = ACCOUNT;
    const refreshTokens: string[] = [];
    while (refreshTokens.length < 10)
      refreshTokens.push((await shop.anybody().post('/auth/login', { email, password })).body.refreshToken);

    const orders = {
      kept: await bought(owner),
      cancelled: await bought(owner),
      leaving: await bought(owner),
      arriving: await bought(owner),
      lost: await bought(owner),
    };
    for (const { shipment } of [orders.arriving, orders.lost])
      await staff.post(`/shipments/${shipment}/dispatch`);
    const taste = await aProduct(staff);
    await owner.put(`/cart/items/${taste}`, { quantity: 1 });
    for (const each of [other, staff]) await each.put('/cart/items/TEA-MINT-50', { quantity: 1 });
    await shop.quiet();

    const { id: me } = (await owner.get('/users/me')).body;
    const told = (await owner.get('/notifications')).body.items.map(({ id }: { id: string }) => id);
    const ids = Object.values(orders).flatMap((each) => Object.values(each));
    const homes = {
      anybody: office,
      owner: owner.delivery.addressId!,
      other: other.delivery.addressId!,
      staff: office,
    };
    return new Scene(
      shop,
      { anybody: shop.anybody(), owner, other, staff },
      homes,
      orders,
      [me, homes.owner, taste, ...ids, ...told],
      refreshTokens,
    );
  }
}

type Purpose = 'kept' | 'cancelled' | 'leaving' | 'arriving' | 'lost';

/** Ids of what comes of an order. */
interface Bought {
  readonly order: string;
  readonly payment: string;
  readonly shipment: string;
}

async function bought(customer: Visitor): Promise<Bought> {
  const { body } = await order(customer, { 'TEA-MINT-50': 1 }, { key: randomUUID() });
  await orderThatIs(customer, body.id, 'confirmed');
  const { id: payment } = await paymentThatIs(customer, body.id, 'captured');
  const { id: shipment } = await shipmentThatIs(customer, body.id, 'preparing');
  return { order: body.id, payment, shipment };
}
