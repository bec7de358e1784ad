/** A question on its way to another deployable. */
export interface RequestEnvelope {
  /** `catalog.quote-prices.v1` */
  readonly type: string;
  /** The request as JSON text, already validated. */
  readonly data: string;
  readonly traceparent?: string;
  readonly correlationId?: string;
}

/** What came back: data, a declared error, or the word that the other side could not answer. All JSON-safe. */
export type ReplyEnvelope =
  | { readonly ok: true; readonly data: string }
  | { readonly ok: false; readonly code: string; readonly details: string }
  | { readonly ok: false; readonly unavailable: string };

/** Carries requests to contexts that run elsewhere. */
export interface RequestTransport {
  open(): Promise<void>;
  /**
   * @throws ContextUnavailable at once when no instance of `context` listens, at the deadline when none answered,
   * and when the broker is away.
   */
  ask(context: string, request: RequestEnvelope, deadlineMs: number): Promise<ReplyEnvelope>;
  /** Answers requests to `context` until stopped, also after every reconnect. `answer` never rejects. */
  serve(
    context: string,
    answer: (request: RequestEnvelope) => Promise<ReplyEnvelope>,
  ): Promise<{ stop(): Promise<void> }>;
  problems(): string[];
  close(): Promise<void>;
}
