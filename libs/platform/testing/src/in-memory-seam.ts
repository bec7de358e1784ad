import {
  ContextUnavailable,
  type EventMessage,
  type ReplyOf,
  type RequestContract,
  type RequestOf,
  SeamMisuse,
  type TimerContract,
  type TimerMessage,
} from '@banyan/contracts';
import { Contexts, EventPublisher, Timers } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { AsyncLocalStorage } from 'node:async_hooks';

interface Running {
  readonly of: InMemoryTransaction;
  doom?: unknown;
  readonly atCommit: (() => void)[];
}

/** One for all: each that was ever used would slow down every promise of the process. */
const running = new AsyncLocalStorage<Running>();

/** A transaction without a database: what waits for its end happens if and only if it does not throw. */
export class InMemoryTransaction extends Transaction {
  async run<T>(work: () => Promise<T>): Promise<T> {
    const outer = this.running;
    if (outer) {
      return work().catch((error: unknown) => {
        outer.doom ??= error;
        throw error;
      });
    }
    const own: Running = { of: this, atCommit: [] };
    const result = await running.run(own, work);
    if (own.doom !== undefined) throw own.doom;
    own.atCommit.forEach((then) => then());
    return result;
  }

  /** @throws SeamMisuse outside a transaction. */
  atCommit(then: () => void): void {
    if (!this.running) throw new SeamMisuse('There is no transaction to join');
    this.running.atCommit.push(then);
  }

  get isRunning(): boolean {
    return this.running !== undefined;
  }

  private get running(): Running | undefined {
    const current = running.getStore();
    return current?.of === this ? current : undefined;
  }
}

/** Keeps what is published, once its transaction has committed. */
export class RecordedEvents extends EventPublisher {
  readonly published: { readonly type: string; readonly data: unknown }[] = [];

  constructor(private readonly transaction: InMemoryTransaction) {
    super();
  }

  async publish(...events: EventMessage[]): Promise<void> {
    this.transaction.atCommit(() =>
      this.published.push(...events.map(({ contract, data }) => ({ type: contract.subject, data }))),
    );
  }
}

/** Keeps the timers that wait. */
export class RecordedTimers extends Timers {
  private readonly timers = new Map<
    string,
    { readonly type: string; readonly data: unknown; readonly due: Date }
  >();

  constructor(private readonly transaction: InMemoryTransaction) {
    super();
  }

  get waiting() {
    return [...this.timers.values()];
  }

  /** It came due: nobody waits for it any more. */
  forget(type: string, key: string): void {
    this.timers.delete(`${type} ${key}`);
  }

  async set({ contract, data }: TimerMessage, { due }: { readonly due: Date }): Promise<void> {
    const key = String((data as Record<string, unknown>)[contract.key]);
    this.transaction.atCommit(() =>
      this.timers.set(`${contract.subject} ${key}`, { type: contract.subject, data, due }),
    );
  }

  async cancel(contract: TimerContract, key: string): Promise<void> {
    this.transaction.atCommit(() => this.timers.delete(`${contract.subject} ${key}`));
  }
}

/** Other contexts, played by a few lines each. What nobody plays answers as if it were away. */
export class PlayedContexts extends Contexts {
  private readonly answers = new Map<string, (request: any) => unknown>();

  constructor(private readonly transaction: InMemoryTransaction) {
    super();
  }

  /** From now on `answer` is what `contract` is answered with; it may throw. */
  play<Contract extends RequestContract>(
    contract: Contract,
    answer: (request: RequestOf<Contract>) => ReplyOf<Contract>,
  ): this {
    this.answers.set(contract.type, answer);
    return this;
  }

  async ask<Contract extends RequestContract>(
    contract: Contract,
    request: unknown,
  ): Promise<ReplyOf<Contract>> {
    if (this.transaction.isRunning) throw new SeamMisuse(`${contract.type} was asked inside a transaction`);
    const answer = this.answers.get(contract.type);
    if (!answer) throw new ContextUnavailable(contract.context, 'nobody plays it in this test');
    return contract.parseReply(
      answer(contract.parseRequest(request) as RequestOf<Contract>),
    ) as ReplyOf<Contract>;
  }
}

/** The whole seam of one context, in memory. */
export function inMemorySeam() {
  const transaction = new InMemoryTransaction();
  return {
    transaction,
    events: new RecordedEvents(transaction),
    timers: new RecordedTimers(transaction),
    contexts: new PlayedContexts(transaction),
  };
}
