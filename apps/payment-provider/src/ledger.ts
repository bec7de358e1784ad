import type { Database } from '@banyan/persistence';
import { createHash } from 'node:crypto';
import { Problem } from './problem';

export interface CaptureRequest {
  readonly amount: number;
  readonly currency: string;
  readonly token: string;
}

export interface RefundRequest {
  readonly captureKey: string;
  readonly amount: number;
}

export interface Capture {
  readonly key: string;
  /** `open`: it was asked for, and failed so far. */
  readonly status: 'open' | 'captured' | 'declined' | 'voided';
  readonly reason?: string;
  readonly amount: number;
  readonly currency: string | null;
  readonly refunded: number;
  readonly at: string;
}

export interface LedgerEntry {
  readonly position: number;
  readonly kind: 'captured' | 'refunded';
  readonly key: string;
  readonly captureKey: string;
  readonly amount: number;
  readonly currency: string;
  readonly at: string;
}

type CaptureRow = Omit<Capture, 'reason' | 'amount' | 'refunded' | 'at'> & {
  readonly bodyHash: string | null;
  readonly tries: number;
  readonly reason: string | null;
  readonly amount: string;
  readonly refunded: string;
  readonly at: Date;
};

const CAPTURE = 'key, body_hash AS "bodyHash", tries, status, reason, amount, currency, refunded, at';

/** Locks the key until the end of the transaction, so that those who ask for one capture take turns, the first two as well. */
const ASK = `
  INSERT INTO captures AS known (key, body_hash, tries, status, amount, currency) VALUES ($1, $2, 1, 'open', $3, $4)
      ON CONFLICT (key) DO UPDATE SET tries = known.tries + 1
  RETURNING ${CAPTURE}`;

const VOID = `
  INSERT INTO captures AS known (key, tries, status) VALUES ($1, 0, 'voided')
      ON CONFLICT (key) DO UPDATE SET status = CASE known.status WHEN 'open' THEN 'voided' ELSE known.status END
  RETURNING ${CAPTURE}`;

const ENTER = `
  WITH next AS (UPDATE ledger_end SET position = position + 1 RETURNING position)
  INSERT INTO ledger (position, kind, key, capture_key, amount, currency)
  SELECT position, $1, $2, $3, $4, $5 FROM next`;

/** What was captured and what went back. What happened under a key happened once, unless keys are ignored. */
export class Ledger {
  constructor(
    private readonly database: Database,
    private readonly ignoresKeys: boolean,
  ) {}

  /**
   * Captures, or declines with a reason. `tries` is how often this key was asked for, this time included: `decide` may
   * throw or decline by it.
   * @throws Problem 422 when the key came with another body before
   */
  async capture(
    key: string,
    request: CaptureRequest,
    decide: (tries: number) => string | undefined,
  ): Promise<{ readonly capture: Capture; readonly tries: number }> {
    const { amount, currency } = request;
    const hash = hashOf([amount, currency, request.token]);
    return this.database.run(async () => {
      const [asked] = await this.database.query<CaptureRow>(ASK, [key, hash, amount, currency]);
      const { bodyHash, status, tries } = asked!;
      if (bodyHash !== null && bodyHash !== hash) throw keyReused(key);
      const isDue = status === 'open' || (status === 'captured' && this.ignoresKeys);
      if (!isDue) return { capture: captureOf(asked!), tries };

      const refusal = decide(tries);
      const [decided] = await this.database.query<CaptureRow>(
        `UPDATE captures SET status = $2, reason = $3, at = now() WHERE key = $1 RETURNING ${CAPTURE}`,
        [key, refusal ? 'declined' : 'captured', refusal ?? null],
      );
      if (!refusal) await this.database.query(ENTER, ['captured', key, key, amount, currency]);
      return { capture: captureOf(decided!), tries };
    });
  }

  /** Counts a try of a key that fails, whatever the reason. Returns how many there were, this one included. */
  async fail(key: string, request: CaptureRequest): Promise<number> {
    const { amount, currency, token } = request;
    const [asked] = await this.database.query<CaptureRow>(ASK, [
      key,
      hashOf([amount, currency, token]),
      amount,
      currency,
    ]);
    return asked!.tries;
  }

  /** A capture that did not happen never will; of one that did, this says so. */
  async void(key: string): Promise<Capture> {
    const [row] = await this.database.query<CaptureRow>(VOID, [key]);
    return captureOf(row!);
  }

  async find(key: string): Promise<Capture | undefined> {
    const [row] = await this.database.query<CaptureRow>(`SELECT ${CAPTURE} FROM captures WHERE key = $1`, [
      key,
    ]);
    return row && captureOf(row);
  }

  /**
   * Gives back some of a capture, and returns how much went back of it so far.
   * @throws Problem 404 for an unknown capture, 409 for more than is left of it, 422 for a key with another body
   */
  async refund(key: string, { captureKey, amount }: RefundRequest): Promise<Capture> {
    return this.database.run(async () => {
      const [locked] = await this.database.query<CaptureRow>(
        `SELECT ${CAPTURE} FROM captures WHERE key = $1 FOR UPDATE`,
        [captureKey],
      );
      if (locked?.status !== 'captured')
        throw new Problem(404, 'capture-not-found', `Nothing was captured under ${captureKey}`);
      const [known] = await this.database.query<{ captureKey: string; amount: string }>(
        'SELECT capture_key AS "captureKey", amount FROM refunds WHERE key = $1',
        [key],
      );
      if (known && (known.captureKey !== captureKey || Number(known.amount) !== amount)) throw keyReused(key);
      if (known && !this.ignoresKeys) return captureOf(locked);
      const left = Number(locked.amount) - Number(locked.refunded);
      if (amount > left)
        throw new Problem(409, 'refund-too-large', `Of ${captureKey}, ${left} can be refunded`);

      const [made] = await this.database.query(
        'INSERT INTO refunds (key, capture_key, amount) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING key',
        [key, captureKey, amount],
      );
      // Taken in this moment, for another capture.
      if (!made && !known) throw keyReused(key);
      const [refunded] = await this.database.query<CaptureRow>(
        `UPDATE captures SET refunded = refunded + $2 WHERE key = $1 RETURNING ${CAPTURE}`,
        [captureKey, amount],
      );
      await this.database.query(ENTER, ['refunded', key, captureKey, amount, locked.currency]);
      return captureOf(refunded!);
    });
  }

  /** At most `limit` entries behind a position, in order. */
  async entries(after: number, limit: number): Promise<LedgerEntry[]> {
    const rows = await this.database.query<LedgerEntry & { at: Date }>(
      'SELECT position, kind, key, capture_key AS "captureKey", amount, currency, at FROM ledger WHERE position > $1 ORDER BY position LIMIT $2',
      [after, limit],
    );
    return rows.map((row) => ({
      ...row,
      position: Number(row.position),
      amount: Number(row.amount),
      at: row.at.toISOString(),
    }));
  }
}

/** A token is a secret of its owner: it is recognised, and not kept. */
const hashOf = (body: unknown): string => createHash('sha256').update(JSON.stringify(body)).digest('hex');

const keyReused = (key: string) => new Problem(422, 'key-reused', `${key} came with another body before`);

const captureOf = ({ key, status, reason, amount, currency, refunded, at }: CaptureRow): Capture => ({
  key,
  status,
  ...(reason && { reason }),
  amount: Number(amount),
  currency,
  refunded: Number(refunded),
  at: at.toISOString(),
});
