import {
  type EnvelopeAttributes,
  SeamMisuse,
  sourceOf,
  type TimerContract,
  type TimerMessage,
} from '@banyan/contracts';
import { currentTransaction, type RunningTransaction } from '@banyan/persistence';
import { v7 as uuidv7 } from 'uuid';
import { causation } from '../seam/causation';
import { Timers } from '../seam/timers';
import { nextHop } from '../seam/trace';

/** Timers of one context, in its own table: 100,000 that wait cost nothing to those that are due. */
export class TimerTable extends Timers {
  constructor(
    private readonly context: string,
    /** Called after a commit that set a timer, with when it is due. */
    private readonly setUntil: (due: Date) => void,
  ) {
    super();
  }

  async set({ contract, data }: TimerMessage, { due }: { readonly due: Date }): Promise<void> {
    const { withCommit, afterCommit } = this.transactionFor(contract);
    const id = uuidv7();
    const key = String((data as Record<string, unknown>)[contract.key]);
    const cause = causation.current();
    const attributes: EnvelopeAttributes = {
      specversion: '1.0',
      id,
      source: `${sourceOf(this.context)}/timers`,
      type: contract.type,
      time: new Date().toISOString(),
      datacontenttype: 'application/json',
      partitionkey: key,
      traceparent: nextHop(cause?.traceparent),
      correlationid: cause?.correlationId ?? id,
      ...(cause?.causationId && { causationid: cause.causationId }),
    };
    withCommit.push({
      name: 'timer-set',
      text: `INSERT INTO timers (type, key, id, due, attributes, data) VALUES ($1, $2, $3, $4, $5, $6)
             ON CONFLICT (type, key) DO UPDATE SET id = EXCLUDED.id, due = EXCLUDED.due, attributes = EXCLUDED.attributes, data = EXCLUDED.data`,
      parameters: [
        contract.type,
        key,
        id,
        due.toISOString(),
        JSON.stringify(attributes),
        JSON.stringify(data),
      ],
    });
    afterCommit.push(() => this.setUntil(due));
  }

  async cancel(contract: TimerContract, key: string): Promise<void> {
    this.transactionFor(contract).withCommit.push({
      name: 'timer-cancel',
      text: 'DELETE FROM timers WHERE type = $1 AND key = $2',
      parameters: [contract.type, key],
    });
  }

  private transactionFor({ type, context }: TimerContract): RunningTransaction {
    if (context !== this.context) throw new SeamMisuse(`The timer ${type} is private to ${context}`);
    const transaction = currentTransaction();
    if (transaction?.context === this.context) return transaction;
    throw new SeamMisuse(`The timer ${type} was set or cancelled outside a transaction of ${this.context}`);
  }
}
