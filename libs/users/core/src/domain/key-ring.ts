/** How keys follow each other. */
export interface KeyRules {
  /** How long a key signs. */
  readonly rotationMs: number;
  /** How long an access token lives. */
  readonly tokenLifeMs: number;
}

/** A key is published this long before it signs: 10 minutes, and one for clocks that differ. */
export const ANNOUNCED_MS = 11 * 60_000;
/** A key that signs no longer is kept for a token's life and this much longer, for clocks that differ. */
export const SLACK_MS = 60_000;

/** A key that was made and is not in use yet. */
export interface NewKey {
  readonly kid: string;
  /** Modulus and exponent, as a JWK has them. */
  readonly publicKey: { readonly n: string; readonly e: string };
  /** Sealed: only whoever signs with it opens it. */
  readonly privateKey: string;
}

export interface SigningKey extends NewKey {
  readonly publishedAt: Date;
  readonly signsFrom: Date;
}

export abstract class KeyMaker {
  abstract make(): Promise<NewKey>;
}

const later = (date: Date, ms: number): Date => new Date(date.getTime() + ms);

/** The keys that verify access tokens, the latest of which to have begun signs them. */
export class KeyRing {
  private constructor(private keys: readonly SigningKey[]) {}

  /** For repositories only: trusts the rows, in order of `signsFrom`. */
  static restore = (keys: readonly SigningKey[]): KeyRing => new KeyRing(keys);

  /** Undefined while there is no key at all. */
  signer = (now: Date): SigningKey | undefined =>
    this.keys.findLast(({ signsFrom }) => signsFrom <= now) ?? this.keys[0];

  /** Whether the next key should be announced by now. */
  needsNext({ rotationMs }: KeyRules, now: Date): boolean {
    const newest = this.keys.at(-1);
    return !newest || now >= later(newest.signsFrom, rotationMs - ANNOUNCED_MS);
  }

  /**
   * Announces the next key, if it is time. The very first signs at once: nobody holds an older set, and who does not know
   * it yet asks.
   */
  turn(rules: KeyRules, next: NewKey, now: Date): void {
    if (!this.needsNext(rules, now)) return;
    const newest = this.keys.at(-1);
    const due = newest ? later(newest.signsFrom, rules.rotationMs) : now;
    const announced = newest ? later(now, ANNOUNCED_MS) : now;
    this.keys = [...this.keys, { ...next, publishedAt: now, signsFrom: due > announced ? due : announced }];
  }

  mayRetire = (rules: KeyRules, now: Date): boolean => this.alive(rules, now).length < this.keys.length;

  /** Lets go of the keys of which no token can be alive. */
  retire(rules: KeyRules, now: Date): void {
    this.keys = this.alive(rules, now);
  }

  private alive({ tokenLifeMs }: KeyRules, now: Date): SigningKey[] {
    return this.keys.filter((_, at) => {
      const successor = this.keys[at + 1];
      return !successor || now < later(successor.signsFrom, tokenLifeMs + SLACK_MS);
    });
  }

  snapshot = (): readonly SigningKey[] => this.keys;
}

/** The one key ring of the shop. */
export abstract class KeyRings {
  abstract read(): Promise<KeyRing>;

  /** Changes it; everybody who does takes turns, in whichever process. */
  abstract change(change: (ring: KeyRing) => void): Promise<void>;
}
