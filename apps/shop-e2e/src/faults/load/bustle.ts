import { eventually } from '@banyan/testing';
import { aProduct } from '../../shop/buying';
import type { Shop } from '../../shop/start-shop';
import type { Chance } from '../plan/chance';
import { Clerk } from './clerk';
import { Customer, type Manners } from './customer';
import { History } from './history';

export interface BustleOptions extends Manners {
  /** (Default: 5) */
  readonly customers?: number;
}

/** Customers and staff who go on until they are asked to leave, whatever happens to the shop. */
export class Bustle {
  readonly history = new History();
  private leaving = false;
  private readonly people: Promise<void>[] = [];
  private readonly failures: unknown[] = [];

  /** Lets them in; one of three products is scarce. */
  static async begin(
    shop: Shop,
    chance: Chance,
    { customers = 5, ...manners }: BustleOptions = {},
  ): Promise<Bustle> {
    const bustle = new Bustle();
    const staff = await shop.as('sam', { staff: true });
    const skus = [
      await aProduct(staff, { pieces: 100_000 }),
      await aProduct(staff, { pieces: 100_000, amount: 399 }),
      await aProduct(staff, { pieces: 10 }),
    ];
    const { history } = bustle;
    const settled = await Promise.all(
      Array.from({ length: customers }, async (_, n) => {
        const self = await shop.as(`customer ${n}`);
        return new Customer(self, skus, history, chance.fork(), manners).settle();
      }),
    );
    for (const customer of settled) bustle.admit(() => customer.shop());
    const clerk = new Clerk(staff, skus, history, chance.fork());
    bustle.admit(() => clerk.work());
    return bustle;
  }

  /** Resolves when so many more orders were accepted. @throws Error after a minute */
  async ordered(more: number): Promise<void> {
    const { orders, statuses, oddities } = this.history;
    const enough = orders.size + more;
    await eventually(
      () => {
        if (orders.size < enough)
          throw new Error(
            `${orders.size} orders were accepted, not ${enough}: ${JSON.stringify(statuses)} ${oddities.join('; ')}`,
          );
      },
      { timeoutMs: 60_000 },
    );
  }

  /** Lets each finish what is in hand, until the shop has answered it. */
  async leave(): Promise<History> {
    this.leaving = true;
    await Promise.all(this.people);
    if (this.failures.length > 0) throw this.failures[0];
    return this.history;
  }

  private admit(act: () => Promise<void>): void {
    const stay = async (): Promise<void> => {
      while (!this.leaving) await act();
    };
    this.people.push(stay().catch((error: unknown) => void this.failures.push(error)));
  }
}
