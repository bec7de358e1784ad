import { AsyncLocalStorage } from 'node:async_hooks';
import { SeamMisuse } from '@banyan/contracts';
import type { EntityManager } from 'typeorm';
import type { PoolClient } from 'pg';
import type { Execution } from './statements';

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

/** A transaction in progress, as the platform sees it. */
export interface RunningTransaction {
  readonly context: string;
  readonly client: PoolClient;
  readonly manager: EntityManager;
  /** The first error thrown inside a nested `run`; once set, the transaction can only roll back. */
  doom?: unknown;
  /** Runs at the end of the transaction, in the order added; a statement that it returns runs after it, the last together with COMMIT. */
  readonly beforeCommit: (() => Promise<Execution | void>)[];
  /** Statements that nothing in the transaction waits for: they run after all else, in the order added, together with COMMIT. */
  readonly withCommit: Execution[];
  /** Runs after a successful commit. Must not throw. */
  readonly afterCommit: (() => void)[];
  /** What collaborators keep for the length of the transaction. */
  readonly notes: Map<symbol, unknown>;
}

const running = new AsyncLocalStorage<RunningTransaction | undefined>();

/** The transaction that the caller is inside of, if any. */
export const currentTransaction = (): RunningTransaction | undefined => running.getStore();

/** Runs `work` with `transaction` as its ambient one; with undefined, outside any. */
export const withTransaction = <T>(transaction: RunningTransaction | undefined, work: () => T): T =>
  running.run(transaction, work);

/** @throws SeamMisuse when a transaction is open: what waits for others must not hold its locks. */
export function assertNoTransaction(what: string): void {
  const transaction = running.getStore();
  if (transaction) {
    throw new SeamMisuse(
      `${what} inside a transaction of ${transaction.context}. Do it before, in the command or in prepare()`,
    );
  }
}

const forbidden = new AsyncLocalStorage<string>();

/** Runs `work` outside any transaction; one that it begins throws, naming `what` as the reason. */
export const withoutTransactions = <T>(what: string, work: () => T): T =>
  forbidden.run(what, () => withTransaction(undefined, work));

/** @throws SeamMisuse inside `withoutTransactions`. */
export function assertTransactionsAllowed(): void {
  const what = forbidden.getStore();
  if (what) throw new SeamMisuse(`A transaction was begun while ${what}, which may only read`);
}
