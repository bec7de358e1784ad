import type { EnvelopeAttributes } from '@banyan/contracts';
import { BaseRpcContext } from '@nestjs/microservices';

/** What a policy may know of the message in hand, beside its data: third argument of `prepare` and `handle`, and Nest's RPC context. */
export class Message extends BaseRpcContext<[EnvelopeAttributes]> {
  constructor(
    readonly attributes: EnvelopeAttributes,
    /** The subscription's durable name. */
    readonly subscription: string,
    /** 1 at the first delivery. */
    readonly attempt: number,
    /** What `prepare` returned. */
    readonly prepared?: unknown,
  ) {
    super([attributes]);
  }

  /** Equal at every delivery and in every version of the fact: fit for a business key. */
  get id(): string {
    return this.attributes.id;
  }

  /** When it was published, as an ISO instant. */
  get time(): string {
    return this.attributes.time;
  }
}
