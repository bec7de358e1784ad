import { Settings } from '@banyan/hosting';
import { availableParallelism } from 'node:os';
import type { LockoutRules } from './domain/failed-sign-ins';
import { ANNOUNCED_MS, type KeyRules } from './domain/key-ring';

/** How passwords are hashed. The defaults are OWASP's. @see https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
export interface Argon2Settings {
  readonly memoryKib: number;
  readonly passes: number;
  /** Hashes at a time: each takes its memory, and a thread of the four that files and names need as well. */
  readonly atOnce: number;
  /** How many may wait for their turn; the next is told to come back. */
  readonly queue: number;
}

/**
 * What can be set from outside. Durations are a number and ms, s, m, h or d, such as `90s`.
 * @throws Error when one is written otherwise
 */
export class UsersSettings {
  /**
   * `USERS_ARGON2_MEMORY_KIB` (Default: 19456), `USERS_ARGON2_PASSES` (Default: 2), `USERS_ARGON2_AT_ONCE` (Default: as many
   * as there are processors, 3 at most), `USERS_ARGON2_QUEUE` (Default: 200).
   */
  readonly argon2: Argon2Settings;

  /** `USERS_LOCKOUT_FAILURES` (Default: 5), `USERS_LOCKOUT_FIRST` (Default: 30s), `USERS_LOCKOUT_LONGEST` (Default: 15m). */
  readonly lockout: LockoutRules;

  /** `USERS_KEY_ROTATION` (Default: 30d), `USERS_ACCESS_TOKEN_LIFE` (Default: 10m). */
  readonly keys: KeyRules;

  /** `USERS_KEY_SECRET`: at least 32 characters, under which private keys are stored. (Default: none, they lie in the clear) */
  readonly keySecret: string | undefined;

  /** `USERS_REFRESH_LIFE`: after which one signs in anew, however often one was here. (Default: 30d) */
  readonly refreshLifeMs: number;

  constructor(env: Readonly<Record<string, string | undefined>> = process.env) {
    const settings = new Settings(env);
    this.argon2 = {
      memoryKib: settings.count('USERS_ARGON2_MEMORY_KIB', 19_456, 8),
      passes: settings.count('USERS_ARGON2_PASSES', 2),
      atOnce: settings.count('USERS_ARGON2_AT_ONCE', Math.min(availableParallelism(), 3)),
      queue: settings.count('USERS_ARGON2_QUEUE', 200, 0),
    };
    this.lockout = {
      failures: settings.count('USERS_LOCKOUT_FAILURES', 5),
      firstMs: settings.durationMs('USERS_LOCKOUT_FIRST', '30s'),
      longestMs: settings.durationMs('USERS_LOCKOUT_LONGEST', '15m'),
    };
    this.keys = {
      rotationMs: settings.durationMs('USERS_KEY_ROTATION', '30d'),
      tokenLifeMs: settings.durationMs('USERS_ACCESS_TOKEN_LIFE', '10m'),
    };
    if (this.keys.rotationMs < 2 * ANNOUNCED_MS)
      throw new Error('USERS_KEY_ROTATION is too short: a key is announced 11 minutes before it signs');
    this.keySecret = env['USERS_KEY_SECRET'] || undefined;
    if (this.keySecret && this.keySecret.length < 32)
      throw new Error('USERS_KEY_SECRET is too short to keep anything secret; write at least 32 characters');
    this.refreshLifeMs = settings.durationMs('USERS_REFRESH_LIFE', '30d');
  }
}
