import { NothingToShip } from './inventory-errors';
import type { Stock } from './stock';

/** How many pieces of one product. */
export interface StockLine {
  readonly sku: string;
  readonly quantity: number;
}

/** What an order wanted of a product that is not there. */
export interface Shortage {
  readonly sku: string;
  readonly wanted: number;
  readonly onHand: number;
}

export interface ReservationState {
  readonly orderId: string;
  /** `released` may come first: then it is a tombstone that refuses what its order ended. */
  readonly status: 'none' | 'reserved' | 'refused' | 'released' | 'shipped';
  /** What is set aside, or was. */
  readonly lines: readonly StockLine[];
}

/** What one order has set aside. It is made once, and ends with its order: shipped or released. */
export class Reservation {
  private constructor(private state: ReservationState) {}

  static none = (orderId: string): Reservation => new Reservation({ orderId, status: 'none', lines: [] });

  /** For repositories only: trusts the row and checks no rule. */
  static restore = (state: ReservationState): Reservation => new Reservation(state);

  /** The products that must be at hand to release it. */
  get skus(): string[] {
    return this.state.lines.map(({ sku }) => sku);
  }

  /**
   * Sets aside all lines or none. Returns what is short, which is nothing when all is set aside; undefined when this
   * order was decided on before, and so nothing happened.
   */
  make(lines: readonly StockLine[], stocks: ReadonlyMap<string, Stock>): readonly Shortage[] | undefined {
    if (this.state.status !== 'none') return undefined;
    const wanted = perSku(lines);
    const shortages = wanted
      .map(({ sku, quantity }) => ({ sku, wanted: quantity, onHand: stocks.get(sku)?.onHand ?? 0 }))
      .filter(({ wanted, onHand }) => wanted > onHand);
    if (shortages.length > 0) {
      this.state = { ...this.state, status: 'refused' };
      return shortages;
    }
    for (const { sku, quantity } of wanted) stocks.get(sku)!.reserve(quantity);
    this.state = { ...this.state, status: 'reserved', lines: wanted };
    return [];
  }

  /**
   * Gives everything back, and returns what that was. Whatever comes for this order afterwards is refused. What has left the
   * house does not come back.
   */
  release(stocks: ReadonlyMap<string, Stock>): readonly StockLine[] {
    if (this.state.status === 'shipped') return [];
    const given = this.state.status === 'reserved' ? this.state.lines : [];
    for (const { sku, quantity } of given) stocks.get(sku)!.release(quantity);
    this.state = { ...this.state, status: 'released' };
    return given;
  }

  /**
   * What was set aside has left the house. Returns false when that was known before.
   * @throws NothingToShip when nothing is set aside: whoever dispatched that had no right to
   */
  ship(stocks: ReadonlyMap<string, Stock>): boolean {
    const { orderId, status, lines } = this.state;
    if (status === 'shipped') return false;
    if (status !== 'reserved') throw new NothingToShip(orderId, status);
    for (const { sku, quantity } of lines) stocks.get(sku)!.ship(quantity);
    this.state = { ...this.state, status: 'shipped' };
    return true;
  }

  snapshot = (): ReservationState => this.state;
}

/** The same wish with one line per product, in order of SKU. */
export function perSku(lines: readonly StockLine[]): StockLine[] {
  const wanted = new Map<string, number>();
  for (const { sku, quantity } of lines) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
  return [...wanted].map(([sku, quantity]) => ({ sku, quantity })).sort((a, b) => (a.sku < b.sku ? -1 : 1));
}
