import { Logger } from '@nestjs/common';
import { failpoint, guardRemoved } from '../failpoints';
import { messageOf } from '../transport/message-row';
import type { Delivery, Transport } from '../transport/transport';
import { backoffMs, Waker } from '../waker';
import type { OutboxRows, WaitingRow } from './outbox-rows';

export interface RelayOptions {
  /** Rows claimed at a time. (Default: 500) */
  readonly batchSize?: number;
  /** Batches in flight at a time; they never share a key. (Default: 2) */
  readonly overlap?: number;
  /** How long it sleeps at most when nobody wakes it. (Default: 5000) */
  readonly pollMs?: number;
  /** How often a subscriber that is behind is tried again. (Default: 500) */
  readonly catchUpMs?: number;
  /** Refusals by the broker after which a row is dead. (Default: 3) */
  readonly refusalLimit?: number;
}

interface Batch {
  readonly rows: readonly WaitingRow[];
  readonly done: Promise<void>;
}

/**
 * Sends what one context published. Runs only while its process owns the context's relay; a second owner, for the moment
 * that two believe so, sends duplicates in order and loses nothing.
 */
export class Relay {
  private readonly waker = new Waker();
  private readonly logger = new Logger(Relay.name);
  private readonly flying = new Set<Batch>();
  private readonly behind = new Set<string>();
  private readonly options: Required<RelayOptions>;
  private running?: Promise<void>;
  private stopping = false;
  private failures = 0;
  private sendTroubles = 0;
  private cursor = 0n;
  /** Why nothing is being sent, in words for an operator. */
  problem?: string;

  constructor(
    private readonly context: string,
    private readonly outbox: OutboxRows,
    private readonly transport: Transport,
    options: RelayOptions = {},
  ) {
    this.options = { batchSize: 500, overlap: 2, pollMs: 5_000, catchUpMs: 500, refusalLimit: 3, ...options };
  }

  /** Something may wait. */
  wake = (): void => this.waker.wake();

  /** Subscribers that are being caught up. */
  get behindNow(): readonly string[] {
    return [...this.behind].sort();
  }

  start(): void {
    this.stopping = false;
    this.running ??= this.loop().finally(() => (this.running = undefined));
  }

  /** Claims no more; resolves when everything in flight is settled. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.waker.wake();
    await this.running;
  }

  private async loop(): Promise<void> {
    let nextLook = 0;
    let nextCatchUp = 0;
    while (!this.stopping) {
      try {
        await this.transportReady();
        if (this.stopping) break;
        // Not only at first: a former owner may note what it could not send after this one has begun.
        if (Date.now() >= nextLook) {
          for (const subscriber of await this.outbox.behind()) this.behind.add(subscriber);
          nextLook = Date.now() + this.options.pollMs;
        }
        if (this.behind.size > 0 && Date.now() >= nextCatchUp) {
          await this.landAll();
          await this.catchUp();
          nextCatchUp = Date.now() + this.options.catchUpMs;
        }
        // Over a broker every subscriber has a queue: those behind from earlier days come first, so that order holds.
        const mustWait = this.behind.size > 0 && this.transport.name === 'rabbitmq';
        const claimed = mustWait ? 0 : await this.launch();
        this.failures = 0;
        this.problem = undefined;
        // A batch that lands wakes as well.
        if (claimed < this.options.batchSize || this.flying.size >= this.options.overlap) {
          await this.waker.sleep(this.behind.size > 0 ? this.options.catchUpMs : this.options.pollMs);
        }
      } catch (error) {
        this.problem = (error as Error).message;
        this.logger.warn(`${this.context}: relaying waits: ${this.problem}`);
        await this.waker.sleep(backoffMs(this.failures++, 50, 5_000));
      }
    }
    await this.landAll();
  }

  private async transportReady(): Promise<void> {
    let ready = false;
    let waiting = false;
    void this.transport.whenReady().then(
      () => {
        ready = true;
        if (waiting) this.waker.wake();
      },
      () => undefined,
    );
    // While all is well it resolves within a few microtasks.
    await new Promise((resolve) => setImmediate(resolve));
    waiting = true;
    while (!ready && !this.stopping) {
      this.problem = this.transport.problems()[0] ?? 'the transport is not ready';
      await this.waker.sleep(1_000);
    }
  }

  private async launch(): Promise<number> {
    if (this.flying.size >= this.options.overlap) return 0;
    const flying = [...this.flying].flatMap(({ rows }) => rows);
    const rows = await this.outbox.waiting(
      this.options.batchSize,
      flying.map(({ seq }) => seq),
      [...new Set(flying.map(({ key }) => key))],
    );
    if (guardRemoved('relay.from-the-head')) this.passOver(rows);
    if (rows.length === 0) return 0;
    await failpoint('relay.after-claim');
    const batch: Batch = {
      rows,
      done: this.carry(rows).finally(() => {
        this.flying.delete(batch);
        this.waker.wake();
      }),
    };
    this.flying.add(batch);
    return rows.length;
  }

  /** What tests have in place of claims from the head: a cursor, which a late commit falls behind. */
  private passOver(rows: WaitingRow[]): void {
    rows.splice(0, rows.length, ...rows.filter(({ seq }) => BigInt(seq) > this.cursor));
    this.cursor = BigInt(rows.at(-1)?.seq ?? this.cursor);
  }

  /** Never rejects: what is not settled stays in the outbox and is claimed again. */
  private async carry(rows: readonly WaitingRow[]): Promise<void> {
    try {
      const deliveries = await this.transport.send(
        rows.map((row) => messageOf(this.context, row)),
        undefined,
        this.behind,
      );
      await failpoint('relay.after-send');
      await this.settle(rows, deliveries);
      await failpoint('relay.after-settle');
    } catch (error) {
      this.problem = (error as Error).message;
      this.logger.warn(`${this.context}: a batch is sent again later: ${this.problem}`);
      await this.pause();
    }
  }

  private async settle(rows: readonly WaitingRow[], deliveries: readonly Delivery[]): Promise<void> {
    const held: string[] = [];
    const owing: { seq: string; behind: readonly string[] }[] = [];
    let unsent: string | undefined;
    const refused = new Map<string, { row: WaitingRow; reason: string }>();
    rows.forEach((row, index) => {
      const delivery = deliveries[index] ?? {
        outcome: 'unsent',
        reason: 'the transport said nothing about it',
      };
      if (delivery.outcome === 'held') {
        if (delivery.behind?.length) owing.push({ seq: row.seq, behind: delivery.behind });
        else held.push(row.seq);
      } else if (delivery.outcome === 'refused') {
        if (!refused.has(row.key)) refused.set(row.key, { row, reason: delivery.reason });
      } else unsent ??= delivery.reason;
    });
    if (held.length > 0) await this.outbox.settle(held);
    if (owing.length > 0) {
      await this.outbox.settleOwing(owing);
      for (const { behind } of owing) for (const subscriber of behind) this.fallBehind(subscriber);
    }
    for (const { row, reason } of refused.values()) {
      const fate = await this.outbox.refuse(row, reason, this.options.refusalLimit);
      this.logger.error(
        `${this.context}: ${row.type} ${row.id} was refused (${reason})${fate === 'dead' ? '; it and its key are in outbox_dead now' : ''}`,
      );
    }
    if (unsent === undefined && refused.size === 0) {
      this.sendTroubles = 0;
      return;
    }
    if (unsent !== undefined) this.problem = unsent;
    await this.pause();
  }

  /** Holds a batch that met trouble in flight for a moment, so that it is not claimed again at once. */
  private async pause(): Promise<void> {
    if (this.stopping) return;
    await new Promise((resolve) => setTimeout(resolve, backoffMs(this.sendTroubles++, 20, 1_000)));
  }

  private fallBehind(subscriber: string): void {
    if (this.behind.has(subscriber)) return;
    this.behind.add(subscriber);
    this.logger.warn(`${this.context}: ${subscriber} is away; it falls behind alone and will be caught up`);
  }

  /** Brings subscribers up to date. Nothing else is in flight meanwhile, so that nothing overtakes what they are owed. */
  private async catchUp(): Promise<void> {
    for (const subscriber of [...this.behind]) {
      for (;;) {
        const owed = await this.outbox.owed(subscriber, this.options.batchSize);
        if (owed.length === 0) {
          this.behind.delete(subscriber);
          this.logger.log(`${this.context}: ${subscriber} is caught up`);
          break;
        }
        const deliveries = await this.transport.send(
          owed.map((row) => messageOf(this.context, row)),
          subscriber,
        );
        await failpoint('relay.after-catch-up');
        const failed = deliveries.findIndex(
          (delivery) => delivery.outcome !== 'held' || delivery.behind?.length,
        );
        const taken = failed === -1 ? owed : owed.slice(0, failed);
        if (taken.length > 0) {
          await this.outbox.settleOwed(
            subscriber,
            taken.map(({ position }) => position),
          );
        }
        if (failed !== -1 || this.stopping) break;
      }
    }
  }

  private async landAll(): Promise<void> {
    while (this.flying.size > 0) await Promise.all([...this.flying].map(({ done }) => done));
  }
}
