import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { KeyRing, KeyRings, type SigningKey } from '../domain/key-ring';

const READ = `
  SELECT kid, public_key AS "publicKey", private_key AS "privateKey",
         published_at AS "publishedAt", signs_from AS "signsFrom"
    FROM signing_keys ORDER BY signs_from`;

const ADD = `
  INSERT INTO signing_keys (kid, public_key, private_key, published_at, signs_from) VALUES ($1, $2, $3, $4, $5)`;

@Injectable()
export class PostgresKeyRings extends KeyRings {
  constructor(private readonly database: Database) {
    super();
  }

  async read(): Promise<KeyRing> {
    return KeyRing.restore(await this.database.query<SigningKey>(READ));
  }

  async change(change: (ring: KeyRing) => void): Promise<void> {
    // Also where there is no key yet. Whoever only reads does not wait.
    await this.database.query('LOCK TABLE signing_keys IN SHARE ROW EXCLUSIVE MODE');
    const before = await this.database.query<SigningKey>(READ);
    const ring = KeyRing.restore(before);
    change(ring);
    const after = ring.snapshot();
    for (const key of after.filter((each) => !before.includes(each))) {
      const { kid, publicKey, privateKey, publishedAt, signsFrom } = key;
      await this.database.query(ADD, [kid, JSON.stringify(publicKey), privateKey, publishedAt, signsFrom]);
    }
    const gone = before.filter((each) => !after.includes(each)).map(({ kid }) => kid);
    if (gone.length > 0) await this.database.query('DELETE FROM signing_keys WHERE kid = ANY($1)', [gone]);
  }
}
