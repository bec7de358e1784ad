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
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { v5 as uuidv5 } from 'uuid';
import { TOKEN } from './access-token';
import type { Role } from './person';
import { SigningKeys } from './signing-keys';

/** Where people of development have their ids from. Never changed: seeds and tests name them. */
const PEOPLE = 'b5a7a2a0-3b1c-5d55-9f0e-0c2f6a1d7e42';

/** The id of the person called `name` in development: always the same for one name. */
export const personIdOf = (name: string): string => uuidv5(name.trim().toLowerCase(), PEOPLE);

export interface DevelopmentToken {
  readonly personId: string;
  readonly roles: readonly Role[];
  /** (Default: 8 hours) */
  readonly validForMs?: number;
}

const FILE = 'private-key.pem';

/** A key pair of this checkout, in a file that only its owner reads, made on first use; two processes get the same. */
class DevelopmentKey {
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

/**
 * Issues access tokens in development, until the users context does. Its key lies in `.data/dev-issuer` of the checkout,
 * or in `AUTH_DEV_ISSUER_DIR`. Whoever reads that file can be anybody.
 * @throws Error when `NODE_ENV` is production, unless `AUTH_DEV_ISSUER` is 1.
 */
export class DevelopmentIssuer {
  private readonly jwt = new JwtService({});

  constructor(private readonly folder = developmentIssuerFolder()) {
    refuseInProduction();
  }

  async issue({ personId, roles, validForMs = 8 * 3_600_000 }: DevelopmentToken): Promise<string> {
    const { privateKey, kid } =
      (await DevelopmentKey.read(this.folder)) ?? (await DevelopmentKey.make(this.folder));
    const { algorithm, issuer, audience, typ } = TOKEN;
    return this.jwt.signAsync(
      { sub: personId, roles: [...roles], jti: randomUUID() },
      {
        algorithm,
        issuer,
        audience,
        header: { alg: algorithm, typ, kid },
        expiresIn: Math.round(validForMs / 1_000),
        privateKey,
      },
    );
  }
}

/** Accepts what `DevelopmentIssuer` issues, in whichever process, also when its key is made or replaced meanwhile. */
@Injectable()
export class DevelopmentSigningKeys extends SigningKeys {
  private key?: DevelopmentKey;
  private readAtMs = -Infinity;
  private reading?: Promise<void>;

  constructor() {
    super();
    refuseInProduction();
  }

  async keyFor(kid: string): Promise<KeyObject | undefined> {
    // An unknown id costs a look at the file, at most once a second.
    if (this.key?.kid !== kid && Date.now() - this.readAtMs > 1_000) {
      this.readAtMs = Date.now();
      this.reading = DevelopmentKey.read(developmentIssuerFolder()).then((key) => void (this.key = key));
    }
    await this.reading;
    return this.key?.kid === kid ? this.key.publicKey : undefined;
  }
}

function refuseInProduction(): void {
  if (process.env['NODE_ENV'] !== 'production' || process.env['AUTH_DEV_ISSUER'] === '1') return;
  throw new Error(
    'The development issuer is not for production: give AuthModule other SigningKeys, or set AUTH_DEV_ISSUER=1',
  );
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
