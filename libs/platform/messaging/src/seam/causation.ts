import { AsyncLocalStorage } from 'node:async_hooks';

/** What set the present act in motion. */
export interface Causation {
  /** Shared by everything that one outside act set in motion. */
  readonly correlationId: string;
  /** Id of the message in hand, if a message is. */
  readonly causationId?: string;
  /** W3C trace context of the present hop. */
  readonly traceparent: string;
}

const storage = new AsyncLocalStorage<Causation>();

/** Carries the causation of the act in hand, an HTTP request or a message, to whatever is published or logged meanwhile. */
export const causation = {
  /** Runs `act`, and everything it starts, under `cause`. */
  run: <T>(cause: Causation, act: () => T): T => storage.run(cause, act),

  /** The causation of the act in hand; undefined outside any. */
  current: (): Causation | undefined => storage.getStore(),
};
