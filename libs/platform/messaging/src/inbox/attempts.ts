import { ContractViolation, deepFreeze, type EnvelopeAttributes } from '@banyan/contracts';
import type { Database, Session } from '@banyan/persistence';
import { failpoint, guardRemoved } from '../failpoints';
import { causation } from '../seam/causation';
import { Message } from '../seam/message';
import { nextHop } from '../seam/trace';
import type { DispatcherSettings } from './dispatcher-options';
import { readingKey, type Reading } from './handler';
import type { InboxRow, InboxRows, StoredMessage } from './inbox-rows';
import type { Plan } from './plan';

/** Somebody else took the row: this process no longer owns its lane. */
export class Fenced extends Error {}

/** The message does not fit its contract: trying again would not help. */
export class Unreadable extends Error {}

/** The message ended every process that tried to handle it. */
export class TakesProcessDown extends Error {}

/**
 * Suspects take turns in the whole process, whichever context they belong to: the one that ends it is then the only one
 * whose start was counted, and no innocent dies with it.
 */
let turnOfSuspects: Promise<void> = Promise.resolve();

/** Makes single attempts at messages: prepares outside, then handles in the transaction that takes the row. */
export class Attempts {
  constructor(
    private readonly database: Database,
    private readonly instance: number,
    private readonly rows: InboxRows,
    private readonly readings: ReadonlyMap<string, Reading>,
    private readonly plan: Pick<Plan, 'seqsInHand'>,
    private readonly settings: Pick<DispatcherSettings, 'maxStarts' | 'handlerTimeoutMs'>,
  ) {}

  /** @throws Fenced, Unreadable, TakesProcessDown, or what the handler threw; nothing that it did has happened then. */
  make(row: InboxRow, session: Session): Promise<void> {
    return row.starts > 0 ? this.inTurn(row, session) : this.handle(row);
  }

  private inTurn(row: InboxRow, session: Session): Promise<void> {
    const attempt = turnOfSuspects.then(() => this.alone(row, session));
    turnOfSuspects = attempt.catch(() => undefined);
    return attempt;
  }

  private async alone(row: InboxRow, session: Session): Promise<void> {
    await this.rows.noteInHand(session, this.instance, []);
    if (row.starts >= this.settings.maxStarts)
      throw new TakesProcessDown(`It was in hand ${row.starts} times when its process died`);
    if (!(await this.rows.countStart(row))) throw new Fenced();
    await this.handle(row);
    await this.rows.noteInHand(session, this.instance, this.plan.seqsInHand);
  }

  private async handle(row: InboxRow): Promise<void> {
    const { handler, read } = this.readings.get(readingKey(row.type, row.subscription)) as Reading;
    const attempt = row.attempts + 1;
    const stored = handler.prepare ? await this.rows.peek(row) : undefined;
    if (handler.prepare && !stored) throw new Fenced();
    const open = (message: StoredMessage) => {
      const attributes = JSON.parse(message.attributes) as EnvelopeAttributes;
      return { attributes, data: unreadableIfMalformed(() => deepFreeze(read(JSON.parse(message.data)))) };
    };

    let prepared: unknown;
    if (handler.prepare && stored) {
      const { attributes, data } = open(stored);
      const message = new Message(attributes, row.subscription, attempt);
      prepared = await this.timed(row, () => causedBy(attributes, () => handler.prepare?.(data, message)));
    }
    await failpoint('handle.before-transaction');
    await this.database.runFrom(this.rows.taking(row), async ([taken]: StoredMessage[]) => {
      if (!taken) throw new Fenced();
      const { attributes, data } = open(taken);
      const message = new Message(attributes, row.subscription, attempt, prepared);
      await this.timed(row, () => causedBy(attributes, () => handler.handle(data, message)));
      await failpoint('handle.before-commit');
    });
    await failpoint('handle.after-commit');
    if (guardRemoved('inbox.mark-in-transaction'))
      await this.database.query('DELETE FROM inbox WHERE seq = $1', [row.seq]);
  }

  private async timed<T>(
    { subscription }: InboxRow,
    work: () => Promise<T> | undefined,
  ): Promise<T | undefined> {
    const { handlerTimeoutMs } = this.settings;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${subscription} took longer than ${handlerTimeoutMs} ms`)),
        handlerTimeoutMs,
      );
    });
    try {
      return await Promise.race([work(), timeout]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function unreadableIfMalformed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ContractViolation || error instanceof SyntaxError)
      throw new Unreadable(error.message, { cause: error });
    throw error;
  }
}

const causedBy = <T>({ id, correlationid, traceparent }: EnvelopeAttributes, work: () => T): T =>
  causation.run({ correlationId: correlationid, causationId: id, traceparent: nextHop(traceparent) }, work);
