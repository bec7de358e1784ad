import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
  randomUUID,
} from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const FILE = 'private-key.pem';

/** A key pair of this checkout, in a file that only its owner reads, made on first use; two processes get the same. */
export class DevelopmentKey {
  private constructor(
    readonly kid: string,
    readonly privateKey: KeyObject,
    readonly publicKey: KeyObject,
  ) {}

  /** Undefined when nobody has made it yet. */
  static async read(folder: string): Promise<DevelopmentKey | undefined> {
    const file = join(folder, FILE);
    let pem: string;
    try {
      pem = await readFile(file, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      const privateKey = createPrivateKey(pem);
      const publicKey = createPublicKey(privateKey);
      return new DevelopmentKey(thumbprint(publicKey), privateKey, publicKey);
    } catch (cause) {
      throw new Error(`${file} holds no private key; delete it, and a new one is made`, { cause });
    }
  }

  static async make(folder: string): Promise<DevelopmentKey> {
    const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const draft = join(folder, `.${randomUUID()}`);
    try {
      await writeFile(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), {
        mode: 0o600,
        flag: 'wx',
        flush: true,
      });
      // Whole or not at all, and only the first of several: a link never replaces a file.
      await link(draft, join(folder, FILE)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    } finally {
      await rm(draft, { force: true });
    }
    return (await DevelopmentKey.read(folder))!;
  }
}

/** `AUTH_DEV_ISSUER_DIR`, or `.data/dev-issuer` of the checkout that holds the working directory. */
export function developmentIssuerFolder(): string {
  const given = process.env['AUTH_DEV_ISSUER_DIR'];
  if (given) return resolve(given);
  let folder = process.cwd();
  while (!existsSync(join(folder, 'nx.json')) && dirname(folder) !== folder) folder = dirname(folder);
  return join(existsSync(join(folder, 'nx.json')) ? folder : process.cwd(), '.data', 'dev-issuer');
}

/** RFC 7638: equal for equal keys, so that a key's name says which it is. */
function thumbprint(publicKey: KeyObject): string {
  const { e, kty, n } = publicKey.export({ format: 'jwk' });
  return createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url');
}
