/** What contexts want of the outside world; a context that is not named here wants nothing but its database. */
export interface Needs {
  /** Calls the payment provider over HTTP. */
  readonly provider: boolean;
  /** Hands mail to an SMTP server. */
  readonly mail: boolean;
  /** Stores keys under a secret. */
  readonly keySecret: boolean;
}

export const needsOf = (contexts: readonly string[]): Needs => ({
  provider: contexts.includes('payments'),
  mail: contexts.includes('notifications'),
  keySecret: contexts.includes('users'),
});
