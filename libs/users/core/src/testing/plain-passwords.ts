import { Passwords } from '../domain/passwords';

/** Hashes nothing, and counts what it is asked. */
export class PlainPasswords extends Passwords {
  /** Passwords that were held against a hash, or against none. */
  matched = 0;
  /** What a match waits for. */
  pause?: Promise<void>;

  hash = async (password: string): Promise<string> => `plain ${password}`;

  async match(password: string, hash: string | undefined): Promise<boolean> {
    this.matched++;
    await this.pause;
    return hash === `plain ${password}`;
  }
}
