/** A context's database does not answer. HTTP says 503; message handlers wait without counting an attempt. */
export class DatabaseUnavailable extends Error {
  constructor(
    readonly context: string,
    cause: unknown,
  ) {
    super(
      `The database of ${context} is unavailable: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
    this.name = 'DatabaseUnavailable';
  }
}

/** 53300: the server has no connection left to give. */
const LOST = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|08|57P0|53300)/;
const LOST_MESSAGE =
  /connection terminated|connection ended|client has encountered a connection error|not queryable|timeout exceeded when trying to connect/i;

/** Whether `error` says that the connection, not the statement, failed; one that says so by its class needs no other. */
export function isConnectionLoss(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailable) return false;
  const { code } = error as { code?: unknown };
  return (typeof code === 'string' && LOST.test(code)) || LOST_MESSAGE.test(error.message);
}

/** Whether `error` is what a statement fails with in a schema that is closed: unknown table, schema, or no right to it. */
export const isShutOut = (error: unknown): boolean =>
  error instanceof Error && ['42P01', '3F000', '42501'].includes((error as { code?: string }).code ?? '');

/** Whether `error` is that of a statement which took too long, by itself or in waiting for others. */
export const isCancelled = (error: unknown): boolean =>
  error instanceof Error && (error as { code?: string }).code === '57014';
