import { InsufficientStock, TooMuchStock } from './inventory-errors';

/** The most pieces of one product that the shop keeps count of. */
export const MOST_PIECES = 1_000_000_000;

/** Pieces of one product. Always: received = onHand + reserved + shipped, and none of them negative. */
export interface StockState {
  readonly sku: string;
  readonly received: number;
  /** Free to be reserved. */
  readonly onHand: number;
  /** Set aside for orders. */
  readonly reserved: number;
  /** Gone to customers. */
  readonly shipped: number;
}

/** What is there of one product. */
export class Stock {
  private constructor(private state: StockState) {}

  static open = (sku: string): Stock => new Stock({ sku, received: 0, onHand: 0, reserved: 0, shipped: 0 });

  /** For repositories only: trusts the row and checks no rule. */
  static restore = (state: StockState): Stock => new Stock(state);

  get sku(): string {
    return this.state.sku;
  }

  get onHand(): number {
    return this.state.onHand;
  }

  receive(quantity: number): void {
    const { received, onHand } = this.state;
    if (received + quantity > MOST_PIECES) throw new TooMuchStock(this.sku, MOST_PIECES);
    this.state = { ...this.state, received: received + quantity, onHand: onHand + quantity };
  }

  reserve(quantity: number): void {
    const { onHand, reserved } = this.state;
    if (quantity > onHand) throw new InsufficientStock(this.sku, quantity, onHand);
    this.state = { ...this.state, onHand: onHand - quantity, reserved: reserved + quantity };
  }

  release(quantity: number): void {
    const { onHand, reserved } = this.state;
    if (quantity > reserved) throw new InsufficientStock(this.sku, quantity, reserved);
    this.state = { ...this.state, onHand: onHand + quantity, reserved: reserved - quantity };
  }

  ship(quantity: number): void {
    const { reserved, shipped } = this.state;
    if (quantity > reserved) throw new InsufficientStock(this.sku, quantity, reserved);
    this.state = { ...this.state, reserved: reserved - quantity, shipped: shipped + quantity };
  }

  snapshot = (): StockState => this.state;
}
