import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { RefreshFamilies, RefreshFamily, type RefreshFamilyState } from '../domain/refresh-family';

const LOCK = `
  SELECT f.id, f.account_id AS "accountId", f.token_hash AS "tokenHash", f.expires_at AS "expiresAt"
    FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id
   WHERE t.hash = $1 FOR UPDATE OF f`;

const ADD = `
  WITH family AS (INSERT INTO refresh_families (id, account_id, token_hash, expires_at) VALUES ($1, $2, $3, $4)
                  RETURNING id, token_hash)
  INSERT INTO refresh_tokens (hash, family_id) SELECT token_hash, id FROM family`;

const SAVE = `
  WITH family AS (UPDATE refresh_families SET token_hash = $2 WHERE id = $1 RETURNING id, token_hash)
  INSERT INTO refresh_tokens (hash, family_id) SELECT token_hash, id FROM family`;

@Injectable()
export class PostgresRefreshFamilies extends RefreshFamilies {
  constructor(private readonly database: Database) {
    super();
  }

  async add(family: RefreshFamily): Promise<void> {
    const { id, accountId, tokenHash, expiresAt } = family.snapshot();
    await this.database.query(ADD, [id, accountId, tokenHash, expiresAt]);
  }

  async change<T extends { readonly end: boolean }>(
    tokenHash: string,
    change: (family: RefreshFamily | undefined) => Promise<T>,
  ): Promise<T> {
    const [row] = await this.database.query<RefreshFamilyState>(LOCK, [tokenHash]);
    const family = row && RefreshFamily.restore(row);
    const result = await change(family);
    if (!family) return result;
    const { id, tokenHash: now } = family.snapshot();
    if (result.end) await this.database.query('DELETE FROM refresh_families WHERE id = $1', [id]);
    else if (now !== row.tokenHash) await this.database.query(SAVE, [id, now]);
    return result;
  }

  async trim(now: Date): Promise<void> {
    await this.database.query('DELETE FROM refresh_families WHERE expires_at <= $1', [now]);
  }
}
