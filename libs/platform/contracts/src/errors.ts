/** What kind of fact was broken. HTTP turns them into 400, 404, 409 and 403; a message handler retries all alike. */
export type ErrorKind = 'invalid' | 'not-found' | 'conflict' | 'forbidden';

/**
 * A broken rule of a context, said in words a caller can act on.
 * `code` is stable (`<context>.<fact-in-kebab-case>`); the message may be reworded.
 */
export abstract class DomainError extends Error {
  abstract readonly code: string;
  abstract readonly kind: ErrorKind;

  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }

  /** Facts a client may want beside the code, as JSON. They appear as members of the problem document. (Default: none) */
  get details(): Readonly<Record<string, unknown>> {
    return {};
  }
}

/**
 * The asked context could not answer in time: its deployable, the broker or its database is away.
 * The one error that distance adds. HTTP answers 503; a policy that throws it waits without counting an attempt.
 */
export class ContextUnavailable extends Error {
  constructor(
    readonly context: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${context} is unavailable: ${reason}`, options);
    this.name = 'ContextUnavailable';
  }
}

/** Data does not fit its contract. `issues` names each field (`lines.0.quantity`) and what is wrong with it. */
export class ContractViolation extends Error {
  constructor(
    readonly contract: string,
    readonly issues: readonly { readonly path: string; readonly message: string }[],
  ) {
    super(`${contract}: ${issues.map(({ path, message }) => `${path || '(root)'}: ${message}`).join('; ')}`);
    this.name = 'ContractViolation';
  }
}

/** The seam was used against its rules, such as asking inside a transaction. A mistake in code, not in data. */
export class SeamMisuse extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SeamMisuse';
  }
}
