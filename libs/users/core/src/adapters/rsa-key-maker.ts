import { Injectable } from '@nestjs/common';
import { createHash, generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { KeyMaker, type NewKey } from '../domain/key-ring';
import { KeySafe } from './key-safe';

@Injectable()
export class RsaKeyMaker extends KeyMaker {
  constructor(private readonly safe: KeySafe) {
    super();
  }

  async make(): Promise<NewKey> {
    const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    const { e, kty, n } = publicKey.export({ format: 'jwk' });
    // RFC 7638: equal for equal keys, so that a key's name says which it is.
    const kid = createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    return { kid, publicKey: { n: n!, e: e! }, privateKey: this.safe.seal(kid, pem) };
  }
}
