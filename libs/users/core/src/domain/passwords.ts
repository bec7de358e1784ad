/** Keeps passwords so that whoever reads the database does not know them. Slow on purpose, and a few at a time. */
export abstract class Passwords {
  /** @throws HttpProblem 503 when too many wait already. */
  abstract hash(password: string): Promise<string>;

  /**
   * Whether this is the password behind `hash`. Without a hash it is not, after just as much work: how long it takes
   * tells nobody whether there is an account.
   * @throws HttpProblem 503 when too many wait already.
   */
  abstract match(password: string, hash: string | undefined): Promise<boolean>;
}
