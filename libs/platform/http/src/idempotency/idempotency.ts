import {
  currentTransaction,
  type Database,
  type Execution,
  statement,
  type Transaction,
} from '@banyan/persistence';
import { createHash } from 'node:crypto';
import { HttpProblem } from '../problems/problem';

/** What makes two requests the same one. */
export interface IdempotentRequest {
  /** Who asks: keys of one person never meet another's. */
  readonly person: string;
  /** The `Idempotency-Key`; without one, nothing is remembered. */
  readonly key: string | undefined;
  /** All that the answer depends on, as JSON: the body, and parameters of the path. The order of its fields does not matter. */
  readonly body: unknown;
}

export interface IdempotentWork<Prepared, Answer> {
  /** Asks and calls out, outside the transaction. At least once for a key, and never once its answer is known. */
  readonly prepare?: () => Promise<Prepared>;
  /** Does it, in the transaction that remembers the answer: exactly once for a key. */
  readonly handle: (prepared: Prepared) => Promise<Answer>;
}

/**
 * Gives one answer per person and key, kept 24 hours, in the context's own database.
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header
 */
export class Idempotency {
  constructor(
    private readonly database: Database,
    private readonly transaction: Transaction,
  ) {}

  /**
   * The answer to a request: what `handle` returns, as JSON carries it, or what it returned the first time. A twin that
   * comes meanwhile waits for the first and gets its answer. What throws frees the key: nothing of it is remembered.
   * @throws HttpProblem 422 `http.idempotency-key-reused` when the key came with another body before.
   */
  async answer<Prepared = undefined, Answer = unknown>(
    { person, key, body }: IdempotentRequest,
    { prepare, handle }: IdempotentWork<Prepared, Answer>,
  ): Promise<Answer> {
    const hash = key === undefined ? undefined : hashOf(body);
    if (hash) {
      const before = await this.recorded(person, key!, hash);
      if (before) return before.answer as Answer;
    }
    let prepared: Prepared;
    try {
      prepared = (await prepare?.()) as Prepared;
    } catch (error) {
      // A twin that was faster may have changed what preparing looks at, such as a cart that is empty now.
      const twin = hash && (await this.recorded(person, key!, hash));
      if (twin) return twin.answer as Answer;
      throw error;
    }
    if (!hash) return this.transaction.run(() => handle(prepared));
    for (;;) {
      const done = await this.database.runFrom(claiming(person, key!, hash), async (claimed) => {
        if (claimed.length === 0) {
          const twin = await this.recorded(person, key!, hash);
          return twin && { answer: twin.answer };
        }
        const text = JSON.stringify(await handle(prepared)) as string | undefined;
        if (text !== undefined) currentTransaction()?.withCommit.push(remembering(person, key!, text));
        return { answer: read(text) };
      });
      // Otherwise it was trimmed in this moment, and is free again.
      if (done) return done.answer as Answer;
    }
  }

  private async recorded(person: string, key: string, hash: Buffer): Promise<Recorded | undefined> {
    const [row] = await this.database.query<{ body_hash: Buffer; answer: string | null }>(RECORDED, [
      person,
      key,
    ]);
    if (!row) return undefined;
    if (row.body_hash.equals(hash)) return { answer: read(row.answer) };
    throw new HttpProblem(
      422,
      'http.idempotency-key-reused',
      'This Idempotency-Key came with another request before; send a new key with a new request',
    );
  }
}

const RECORDED = statement(
  'idempotency-recorded',
  'SELECT body_hash, answer FROM idempotency_keys WHERE person = $1 AND key = $2',
);

/** Makes the key ours; waits for its twin, and brings no row once that has committed. */
const claiming = (person: string, key: string, hash: Buffer): Execution => ({
  name: 'idempotency-claim',
  text: 'INSERT INTO idempotency_keys (person, key, body_hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING 1',
  parameters: [person, key, `\\x${hash.toString('hex')}`],
});

const remembering = (person: string, key: string, answer: string): Execution => ({
  name: 'idempotency-answer',
  text: 'UPDATE idempotency_keys SET answer = $3 WHERE person = $1 AND key = $2',
  parameters: [person, key, answer],
});

interface Recorded {
  readonly answer: unknown;
}

const read = (text: string | null | undefined): unknown => (text == null ? undefined : JSON.parse(text));

/** Equal for JSON that says the same, in whichever order. */
function hashOf(body: unknown): Buffer {
  const text = JSON.stringify(body, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
  return createHash('sha256')
    .update(text ?? '')
    .digest();
}
