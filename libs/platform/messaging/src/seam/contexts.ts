import type { ReplyOf, RequestContract } from '@banyan/contracts';
import type { z } from 'zod';

export interface AskOptions {
  /** How long to wait for the answer. (Default: 2000) */
  readonly deadlineMs?: number;
}

/** The other contexts, as far as one may ask them. */
export abstract class Contexts {
  /**
   * Asks the context that answers `contract`, wherever it runs.
   * @throws ContextUnavailable when no answer came before the deadline.
   * @throws one of the errors that the contract declares.
   * @throws SeamMisuse inside a transaction.
   */
  abstract ask<Contract extends RequestContract>(
    contract: Contract,
    request: z.input<Contract['request']>,
    options?: AskOptions,
  ): Promise<ReplyOf<Contract>>;
}
