/** The ambient transaction of this context's database. */
export abstract class Transaction {
  /**
   * Runs `work` in a transaction and commits it, or joins the one that runs.
   * A throw inside rolls everything back: one inside a nested `run` dooms the whole, even when it is caught outside it.
   * @throws SeamMisuse inside another context's transaction.
   * @throws DatabaseUnavailable while the database is away.
   */
  abstract run<T>(work: () => Promise<T>): Promise<T>;
}
