import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';

/** What set the present work in motion. */
export interface Causation {
  /** Shared by everything that one outside act set in motion. */
  readonly correlationId: string;
  /** The message in hand, if a message caused this. */
  readonly causationId?: string;
  /** W3C trace context of the present span. @see https://www.w3.org/TR/trace-context/ */
  readonly traceparent: string;
}

const storage = new AsyncLocalStorage<Causation>();

const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const ZEROS = /^0+$/;

/** A span of its own below `parent`, or the first of a new trace where `parent` is missing or malformed. */
export function nextTraceparent(parent?: string): string {
  const [, traceId, parentId, flags] = TRACEPARENT.exec(parent ?? '') ?? [];
  const valid = traceId && parentId && !ZEROS.test(traceId) && !ZEROS.test(parentId);
  return `00-${valid ? traceId : randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-${valid ? flags : '01'}`;
}

/** Carries correlation and trace through asynchronous work. */
export const causation = {
  /** The causation of the work at hand, if any was stated. */
  current: (): Causation | undefined => storage.getStore(),

  /** Runs `work` as caused by `cause`. */
  run: <T>(cause: Causation, work: () => T): T => storage.run(cause, work),

  /** The present causation, or the start of a new one. */
  currentOrNew: (): Causation =>
    storage.getStore() ?? { correlationId: uuidv7(), traceparent: nextTraceparent() },
};
