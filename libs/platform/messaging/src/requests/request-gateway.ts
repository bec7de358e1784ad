import {
  ContextUnavailable,
  ContractViolation,
  deepFreeze,
  type ReplyOf,
  type RequestContract,
} from '@banyan/contracts';
import { assertNoTransaction } from '@banyan/persistence';
import type { z } from 'zod';
import { type AskOptions, Contexts } from '../seam/contexts';
import { causation } from '../seam/causation';
import { nextHop } from '../seam/trace';
import type { Placement } from '../transport/placement';
import type { ReplyEnvelope, RequestTransport } from '../transport/request-transport';
import type { Answering } from './answering';

/**
 * Asks where the context is placed at this moment. Near or far, both ways go through JSON and the contract's validators,
 * and the same errors come back.
 */
export class RequestGateway extends Contexts {
  constructor(
    private readonly placement: Placement,
    private readonly answering: Answering,
    /** Absent while everything is in one process. */
    private readonly remote?: RequestTransport,
    private readonly defaultDeadlineMs = 2_000,
  ) {
    super();
  }

  async ask<Contract extends RequestContract>(
    contract: Contract,
    request: z.input<Contract['request']>,
    { deadlineMs = this.defaultDeadlineMs }: AskOptions = {},
  ): Promise<ReplyOf<Contract>> {
    assertNoTransaction(`${contract.type} was asked`);
    const cause = causation.current();
    const envelope = {
      type: contract.type,
      data: JSON.stringify(contract.parseRequest(request)),
      traceparent: nextHop(cause?.traceparent),
      correlationId: cause?.correlationId,
    };
    const reply = this.placement.isHere(contract.context)
      ? await withDeadline(contract.context, this.answering.answer(envelope), deadlineMs)
      : await this.far(contract.context).ask(contract.context, envelope, deadlineMs);
    return opened(contract, reply);
  }

  private far(context: string): RequestTransport {
    if (this.remote) return this.remote;
    throw new ContextUnavailable(
      context,
      `it is placed at ${this.placement.urlOf(context)}, and this process has no broker`,
    );
  }
}

function opened<Contract extends RequestContract>(
  contract: Contract,
  reply: ReplyEnvelope,
): ReplyOf<Contract> {
  const { context, type } = contract;
  if (reply.ok)
    return read(context, () => deepFreeze(contract.parseReply(JSON.parse(reply.data))) as ReplyOf<Contract>);
  if ('unavailable' in reply) throw new ContextUnavailable(context, reply.unavailable);
  const declared = contract.errors.find(({ code }) => code === reply.code);
  if (!declared)
    throw new ContextUnavailable(context, `it answered with ${reply.code}, which ${type} does not declare`);
  throw read(context, () => new declared(JSON.parse(reply.details)));
}

/** What the other side says must fit this side's contract, or nothing is known. */
function read<T>(context: string, from: () => T): T {
  try {
    return from();
  } catch (error) {
    if (error instanceof ContractViolation || error instanceof SyntaxError)
      throw new ContextUnavailable(context, `its answer cannot be read: ${error.message}`, { cause: error });
    throw error;
  }
}

async function withDeadline<T>(context: string, work: Promise<T>, deadlineMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ContextUnavailable(context, `no answer within ${deadlineMs} ms`)),
      deadlineMs,
    );
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
