import {
  ContractViolation,
  type EnvelopeAttributes,
  type EventMessage,
  MAX_DATA_BYTES,
  SeamMisuse,
  sourceOf,
} from '@banyan/contracts';
import { currentTransaction, type Execution, type RunningTransaction } from '@banyan/persistence';
import type { QueryConfig } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { failpoint, guardRemoved } from '../failpoints';
import { causation, type Causation } from '../seam/causation';
import { EventPublisher } from '../seam/event-publisher';
import { nextHop } from '../seam/trace';

/** A row to be stored in an outbox. */
interface OutboxRow {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly attributes: string;
  readonly data: string;
}

const PENDING = Symbol('outbox rows of this transaction');

/** Stores published events in the running transaction, with one statement just before it commits. */
export class Outbox extends EventPublisher {
  constructor(
    private readonly context: string,
    /** Called after a commit that left something to send. */
    private readonly wake: () => void,
  ) {
    super();
  }

  async publish(...events: EventMessage[]): Promise<void> {
    const transaction = currentTransaction();
    if (!transaction) {
      throw new SeamMisuse(
        `${events[0]?.contract.type ?? 'An event'} was published outside a transaction; wrap the change and the publish in transaction.run()`,
      );
    }
    if (transaction.context !== this.context)
      throw new SeamMisuse(`${this.context} cannot publish inside a transaction of ${transaction.context}`);
    const rows = events.flatMap((event) => this.rowsOf(event));
    if (rows.length === 0) return;
    if (guardRemoved('outbox.in-transaction')) return this.insertElsewhere(transaction, rows);
    this.pendingRows(transaction).push(...rows);
  }

  /** What tests have in place of the guard: a connection of its own, whose commit awaits nothing. */
  private async insertElsewhere({ manager }: RunningTransaction, rows: readonly OutboxRow[]): Promise<void> {
    const client = { query: ({ text, values }: QueryConfig) => manager.dataSource.query(text, values) };
    await insertRows({ client } as unknown as RunningTransaction, rows);
    this.wake();
  }

  private pendingRows(transaction: RunningTransaction): OutboxRow[] {
    const known = transaction.notes.get(PENDING) as OutboxRow[] | undefined;
    if (known) return known;
    const pending: OutboxRow[] = [];
    transaction.notes.set(PENDING, pending);
    transaction.beforeCommit.push(async () => {
      await failpoint('outbox.before-insert');
      if (pending.length > 1) return insertRows(transaction, pending);
      return insertOne(pending[0] as OutboxRow);
    });
    if (guardRemoved('statements.together')) transaction.beforeCommit.push(afterInsert);
    transaction.afterCommit.push(this.wake);
    return pending;
  }

  /** One row per published version, the oldest first: whoever reads several acts on the one that most can read. */
  private rowsOf({ contract, data }: EventMessage): OutboxRow[] {
    if (contract.context !== this.context)
      throw new SeamMisuse(`${contract.type} is ${contract.context}'s to publish, not ${this.context}'s`);
    const id = uuidv7();
    const cause = causation.current() ?? { correlationId: uuidv7(), traceparent: nextHop() };
    const rows: OutboxRow[] = [];
    for (let event = { contract, data }; ;) {
      rows.unshift(outboxRow(id, event, cause));
      const { previous } = event.contract;
      if (!previous) return rows;
      event = previous.contract(previous.toPrevious(event.data));
    }
  }
}

function outboxRow(id: string, { contract, data }: EventMessage, cause: Causation): OutboxRow {
  const text = JSON.stringify(data);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_DATA_BYTES) {
    throw new ContractViolation(contract.type, [
      { path: '', message: `weighs ${bytes} bytes; a message may weigh ${MAX_DATA_BYTES} at most` },
    ]);
  }
  const key = String((data as Record<string, unknown>)[contract.key]);
  const attributes: EnvelopeAttributes = {
    specversion: '1.0',
    id,
    source: sourceOf(contract.context),
    type: contract.type,
    time: new Date().toISOString(),
    datacontenttype: 'application/json',
    partitionkey: key,
    traceparent: nextHop(cause.traceparent),
    correlationid: cause.correlationId,
    ...(cause.causationId && { causationid: cause.causationId }),
  };
  return { id, type: contract.type, key, attributes: JSON.stringify(attributes), data: text };
}

async function afterInsert(): Promise<void> {
  await failpoint('outbox.after-insert');
}

/** To travel together with COMMIT: what publishing costs is a round trip less. */
const insertOne = ({ id, type, key, attributes, data }: OutboxRow): Execution => ({
  name: 'outbox-insert-one',
  text: 'INSERT INTO outbox (id, type, key, attributes, data) VALUES ($1, $2, $3, $4, $5)',
  parameters: [id, type, key, attributes, data],
});

async function insertRows({ client }: RunningTransaction, rows: readonly OutboxRow[]): Promise<void> {
  await client.query({
    name: 'outbox-insert-many',
    text: `INSERT INTO outbox (id, type, key, attributes, data)
           SELECT id, type, key, attributes, data
             FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) WITH ORDINALITY AS m (id, type, key, attributes, data, position)
            ORDER BY position`,
    values: [
      rows.map((r) => r.id),
      rows.map((r) => r.type),
      rows.map((r) => r.key),
      rows.map((r) => r.attributes),
      rows.map((r) => r.data),
    ],
  });
}
