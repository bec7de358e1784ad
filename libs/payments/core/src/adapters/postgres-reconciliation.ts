import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Money } from '../domain/money';
import { type Discrepancy, type LedgerEntry, Reconciliation } from '../domain/reconciliation';

const COPY = `
  INSERT INTO provider_ledger (position, kind, key, capture_key, currency, amount, at)
  SELECT position, kind, key, "captureKey", currency, amount, at
    FROM json_to_recordset($1)
      AS entry (position bigint, kind text, key text, "captureKey" text, currency text, amount bigint, at timestamptz)
      ON CONFLICT DO NOTHING`;

/** Of several entries under one key only the first can be meant. */
const AGREE = `
  WITH pairs AS (
    SELECT entry.position, paper.number FROM provider_ledger AS entry JOIN invoices AS paper ON paper.provider_key = entry.key
     WHERE NOT entry.agreed AND NOT paper.agreed AND (entry.currency, entry.amount) = (paper.currency, paper.amount)
       AND (entry.kind = 'captured') = (paper.kind = 'invoice')
       AND NOT EXISTS (SELECT FROM provider_ledger AS first WHERE first.key = entry.key AND first.position < entry.position)),
  theirs AS (
    UPDATE provider_ledger SET agreed = true FROM pairs WHERE provider_ledger.position = pairs.position)
  UPDATE invoices SET agreed = true FROM pairs WHERE invoices.number = pairs.number`;

const DIFFERING = `
  SELECT DISTINCT ON (kind, key) * FROM (
    SELECT CASE WHEN EXISTS (SELECT FROM provider_ledger AS first WHERE first.key = entry.key AND first.position < entry.position)
                THEN 'made-twice' WHEN paper.number IS NULL THEN 'unknown-here' ELSE 'amount-differs' END AS kind,
           entry.key, entry.capture_key AS "captureKey",
           CASE WHEN paper.number IS NOT NULL THEN json_build_object('amount', paper.amount, 'currency', paper.currency) END AS ours,
           json_build_object('amount', (SELECT sum(amount) FROM provider_ledger AS made WHERE made.key = entry.key),
                             'currency', entry.currency) AS theirs
      FROM provider_ledger AS entry LEFT JOIN invoices AS paper ON paper.provider_key = entry.key
     WHERE NOT entry.agreed AND entry.at <= $1
    UNION ALL
    SELECT 'unknown-there', paper.provider_key, 'capture:' || paper.order_id,
           json_build_object('amount', paper.amount, 'currency', paper.currency), NULL
      FROM invoices AS paper
     WHERE NOT paper.agreed AND paper.issued_at <= $1
       AND NOT EXISTS (SELECT FROM provider_ledger AS entry WHERE entry.key = paper.provider_key)) AS differing
   ORDER BY kind, key`;

const KEEP = `
  INSERT INTO discrepancies AS kept (id, kind, key, capture_key, ours, theirs, found_at)
  SELECT id, kind, key, "captureKey", ours, theirs, $2
    FROM json_to_recordset($1) AS found (id uuid, kind text, key text, "captureKey" text, ours json, theirs json)
      ON CONFLICT (kind, key) DO UPDATE SET ours = excluded.ours, theirs = excluded.theirs, settled_at = NULL`;

const SETTLE = `
  UPDATE discrepancies SET settled_at = $2
   WHERE settled_at IS NULL AND kind || ' ' || key <> ALL($1)`;

const DISCREPANCY = `id, kind, key, capture_key AS "captureKey", ours, theirs, found_at AS "foundAt", settled_at AS "settledAt"`;

@Injectable()
export class PostgresReconciliation extends Reconciliation {
  constructor(private readonly database: Database) {
    super();
  }

  async position(): Promise<number> {
    const [row] = await this.database.query<{ position: string }>(
      'SELECT coalesce(max(position), 0) AS position FROM provider_ledger',
    );
    return Number(row!.position);
  }

  async compare(entries: readonly LedgerEntry[], until: Date, now: Date): Promise<Discrepancy[]> {
    return this.database.run(async () => {
      const rows = entries.map(({ amount: money, ...entry }) => ({ ...entry, ...money }));
      if (rows.length > 0) await this.database.query(COPY, [JSON.stringify(rows)]);
      await this.database.query(AGREE);
      const found = await this.database.query<Omit<DiscrepancyRow, 'id'>>(DIFFERING, [until]);
      const named = found.map((each) => ({ ...each, id: uuidv7() }));
      if (named.length > 0) await this.database.query(KEEP, [JSON.stringify(named), now]);
      await this.database.query(SETTLE, [found.map(({ kind, key }) => `${kind} ${key}`), now]);
      return this.read('WHERE settled_at IS NULL ORDER BY id', []);
    });
  }

  discrepancies({ limit, after }: { limit: number; after?: string }): Promise<Discrepancy[]> {
    return this.read('WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2', [after ?? null, limit]);
  }

  private async read(which: string, parameters: unknown[]): Promise<Discrepancy[]> {
    const rows = await this.database.query<DiscrepancyRow>(
      `SELECT ${DISCREPANCY} FROM discrepancies ${which}`,
      parameters,
    );
    return rows.map(({ ours, theirs, settledAt, ...row }) => ({
      ...row,
      ...(ours && { ours }),
      ...(theirs && { theirs }),
      ...(settledAt && { settledAt }),
    }));
  }
}

type DiscrepancyRow = Omit<Discrepancy, 'ours' | 'theirs' | 'settledAt'> & {
  readonly ours: Money | null;
  readonly theirs: Money | null;
  readonly settledAt: Date | null;
};
