import { ContextUnavailable } from '@banyan/contracts';
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const SCHEME = 'aes-256-gcm';

/**
 * Seals private keys under `USERS_KEY_SECRET`, so that a copy of the database is not enough to sign in as anybody.
 * Without a secret they stay in the clear. What was sealed under none opens under any.
 */
export class KeySafe {
  private readonly key?: Buffer;

  constructor(secret?: string) {
    if (secret) this.key = Buffer.from(hkdfSync('sha256', secret, '', 'banyan users signing keys', 32));
  }

  seal(kid: string, privateKey: string): string {
    if (!this.key) return privateKey;
    const nonce = randomBytes(12);
    const cipher = createCipheriv(SCHEME, this.key, nonce).setAAD(Buffer.from(kid));
    const sealed = Buffer.concat([cipher.update(privateKey, 'utf8'), cipher.final()]);
    return [SCHEME, ...[nonce, cipher.getAuthTag(), sealed].map((each) => each.toString('base64url'))].join(
      ':',
    );
  }

  /** @throws ContextUnavailable when it was sealed under another secret. */
  open(kid: string, stored: string): string {
    const [scheme, ...parts] = stored.split(':');
    if (scheme !== SCHEME) return stored;
    try {
      const [nonce, tag, sealed] = parts.map((each) => Buffer.from(each, 'base64url'));
      const decipher = createDecipheriv(SCHEME, this.key!, nonce!).setAAD(Buffer.from(kid)).setAuthTag(tag!);
      return Buffer.concat([decipher.update(sealed!), decipher.final()]).toString('utf8');
    } catch (cause) {
      const reason = `signing key ${kid} does not open: USERS_KEY_SECRET is not what it was when the key was made`;
      throw new ContextUnavailable('users', reason, { cause });
    }
  }
}
