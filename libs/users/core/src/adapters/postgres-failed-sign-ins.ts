import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import {
  FailedSignIns,
  FailedSignInsByEmail,
  type FailedSignInsState,
  FORGOTTEN_AFTER_MS,
} from '../domain/failed-sign-ins';

/** Also where there is no row yet, so that nobody who signs in at the first go writes one. */
const TAKE_TURNS = 'SELECT pg_advisory_xact_lock(hashtextextended($1, 0))';

const SAVE = `
  INSERT INTO failed_sign_ins (email_hash, failures, last_at) VALUES ($1, $2, $3)
      ON CONFLICT (email_hash) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at`;

@Injectable()
export class PostgresFailedSignIns extends FailedSignInsByEmail {
  constructor(private readonly database: Database) {
    super();
  }

  of = (email: string): Promise<FailedSignIns> => this.read(hashOf(email));

  async change<T>(email: string, change: (failed: FailedSignIns) => T): Promise<T> {
    const hash = hashOf(email);
    await this.database.query(TAKE_TURNS, [hash]);
    const failed = await this.read(hash);
    const before = failed.snapshot();
    const result = change(failed);
    const after = failed.snapshot();
    if (before && !after)
      await this.database.query('DELETE FROM failed_sign_ins WHERE email_hash = $1', [hash]);
    else if (after && after !== before) await this.database.query(SAVE, [hash, after.failures, after.lastAt]);
    return result;
  }

  async trim(now: Date): Promise<void> {
    await this.database.query('DELETE FROM failed_sign_ins WHERE last_at <= $1', [
      new Date(now.getTime() - FORGOTTEN_AFTER_MS),
    ]);
  }

  private async read(hash: string): Promise<FailedSignIns> {
    const [row] = await this.database.query<FailedSignInsState>(
      'SELECT failures, last_at AS "lastAt" FROM failed_sign_ins WHERE email_hash = $1',
      [hash],
    );
    return row ? FailedSignIns.restore(row) : FailedSignIns.none();
  }
}

/** People mistype more than their own address, and sometimes write their password there. */
const hashOf = (email: string): string =>
  createHash('sha256').update(email.toLowerCase()).digest('base64url');
