import type { EventMessage } from '@banyan/contracts';

/** Tells the other contexts what happened. */
export abstract class EventPublisher {
  /**
   * Joins the running transaction: the events are stored with its last statement, and leave if and only if it commits.
   * A fact that is published in several versions leaves in each, under one id.
   * @throws SeamMisuse outside a transaction, or for an event of another context.
   * @throws ContractViolation when the data weighs more than 256 KB.
   */
  abstract publish(...events: EventMessage[]): Promise<void>;
}
