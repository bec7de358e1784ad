import { ImpossibleStep } from './shipment-errors';

/** After so many times of nobody at home a parcel counts as lost. */
export const MOST_ATTEMPTS = 3;

export type ShipmentStatus = 'preparing' | 'dispatched' | 'delivered' | 'lost' | 'cancelled';

export interface ShipmentLine {
  readonly sku: string;
  readonly quantity: number;
}

/** Where the goods go, as it was at placing. Never shown, never logged. */
export interface Address {
  readonly name: string;
  readonly line1: string;
  readonly line2?: string;
  readonly city: string;
  readonly postalCode: string;
  readonly country: string;
}

/** What follows the goods on their way. */
export interface Parcel {
  readonly carrier: string;
  readonly trackingNumber: string;
}

/** Something that happened to a shipment. */
export interface Milestone {
  /** An ISO instant. */
  readonly at: string;
  readonly what: ShipmentStatus | 'nobody-at-home' | 'cancellation-refused';
}

/** All that a confirmed order says of its shipment. */
export interface ConfirmedOrder {
  readonly customerId: string;
  readonly lines: readonly ShipmentLine[];
  readonly address: Address;
}

export interface ShipmentState {
  readonly id: string;
  readonly orderId: string;
  /** `none`: its order is not confirmed. `called-off`: nor will goods leave once it is, a tombstone. */
  readonly status: 'none' | 'called-off' | ShipmentStatus;
  /** Known from `preparing` on. */
  readonly order?: ConfirmedOrder;
  /** Known from `dispatched` on. */
  readonly parcel?: Parcel;
  /** How often nobody was at home. */
  readonly missed: number;
  readonly tracking: readonly Milestone[];
}

/** The goods of one order, on their way from our house to its customer. */
export class Shipment {
  private constructor(private state: ShipmentState) {}

  static none = (orderId: string, id: string): Shipment =>
    new Shipment({ id, orderId, status: 'none', missed: 0, tracking: [] });

  /** For repositories only: trusts the row and checks no rule. */
  static restore = (state: ShipmentState): Shipment => new Shipment(state);

  get status(): ShipmentState['status'] {
    return this.state.status;
  }

  /** Whether the goods are on their way, or were. */
  get hasLeft(): boolean {
    return ['dispatched', 'delivered', 'lost'].includes(this.state.status);
  }

  /**
   * Whether it is still open if the goods leave. Dispatch and cancellation both ask this of the row that they hold, so
   * that the first of them decides, and the other finds it decided.
   */
  get isUndecided(): boolean {
    return this.state.status === 'none' || this.state.status === 'preparing';
  }

  /** Its order is confirmed. It ends at once when it was called off before. Returns false when it was prepared before. */
  prepare(order: ConfirmedOrder, at: Date): boolean {
    if (this.state.status !== 'none' && this.state.status !== 'called-off') return false;
    const calledOff = this.state.status === 'called-off';
    this.state = { ...this.state, order };
    this.becomes('preparing', at);
    if (calledOff) this.becomes('cancelled', at);
    return true;
  }

  /** The goods leave, for whoever found it undecided. Returns false when they did before, or nothing is prepared. */
  dispatch(parcel: Parcel, at: Date): boolean {
    if (this.hasLeft || !this.state.order) return false;
    this.state = { ...this.state, parcel };
    this.becomes('dispatched', at);
    return true;
  }

  /** The goods stay, for whoever found it undecided. Returns false when that is nothing to tell: nothing was prepared. */
  cancel(at: Date): boolean {
    if (this.state.status === 'cancelled') return false;
    if (!this.state.order) {
      this.state = { ...this.state, status: 'called-off' };
      return false;
    }
    this.becomes('cancelled', at);
    return true;
  }

  /** A cancellation came too late. */
  refuseCancellation(at: Date): void {
    const noted = this.state.tracking.some(({ what }) => what === 'cancellation-refused');
    if (this.hasLeft && !noted) this.record('cancellation-refused', at);
  }

  /** The goods are with their customer. Returns false when they were before. @throws ImpossibleStep */
  deliver(at: Date): boolean {
    return this.end('delivered', at);
  }

  /** The goods are gone for good. Returns false when they were before. @throws ImpossibleStep */
  lose(at: Date): boolean {
    return this.end('lost', at);
  }

  /** Nobody was at home. Returns whether that was once too often, and the parcel counts as lost. @throws ImpossibleStep */
  miss(at: Date): boolean {
    this.state = { ...this.state, missed: this.state.missed + 1 };
    this.record('nobody-at-home', at);
    return this.state.missed >= MOST_ATTEMPTS && this.lose(at);
  }

  snapshot = (): ShipmentState => this.state;

  private end(as: 'delivered' | 'lost', at: Date): boolean {
    const { id, status } = this.state;
    if (status === as) return false;
    if (status !== 'dispatched') throw new ImpossibleStep(id, status, as);
    this.becomes(as, at);
    return true;
  }

  private becomes(status: ShipmentStatus, at: Date): void {
    this.state = { ...this.state, status };
    this.record(status, at);
  }

  private record(what: Milestone['what'], at: Date): void {
    this.state = { ...this.state, tracking: [...this.state.tracking, { at: at.toISOString(), what }] };
  }
}
