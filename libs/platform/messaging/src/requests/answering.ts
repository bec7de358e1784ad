import { ContractViolation, deepFreeze, type RequestContract } from '@banyan/contracts';
import { DatabaseUnavailable, withoutTransactions } from '@banyan/persistence';
import { Logger } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { failpoint } from '../failpoints';
import { causation } from '../seam/causation';
import { nextHop } from '../seam/trace';
import type { ReplyEnvelope, RequestEnvelope } from '../transport/request-transport';

/** The code that answers one request. */
export interface RequestHandler {
  readonly contract: RequestContract;
  answer(request: unknown): Promise<unknown>;
}

/** Answers the requests of the contexts that are here, the same for askers near and far. */
export class Answering {
  private readonly handlers = new Map<string, RequestHandler>();
  private readonly logger = new Logger(Answering.name);

  /** @throws TypeError when a request is answered twice. */
  add(handler: RequestHandler): void {
    const { type } = handler.contract;
    if (this.handlers.has(type)) throw new TypeError(`${type} is answered twice`);
    this.handlers.set(type, handler);
  }

  /** Never rejects: declared errors travel by code, everything else is the word that this context could not answer. */
  async answer({ type, data, traceparent, correlationId }: RequestEnvelope): Promise<ReplyEnvelope> {
    const handler = this.handlers.get(type);
    if (!handler) return { ok: false, unavailable: `nothing here answers ${type}` };
    const { contract } = handler;
    try {
      const request = deepFreeze(contract.parseRequest(JSON.parse(data)));
      await failpoint('request.before-answer');
      const cause = { correlationId: correlationId ?? uuidv7(), traceparent: nextHop(traceparent) };
      const reply = await causation.run(cause, () =>
        withoutTransactions(`answering ${type}`, () => handler.answer(request)),
      );
      await failpoint('request.after-answer');
      return { ok: true, data: JSON.stringify(contract.parseReply(reply)) };
    } catch (error) {
      const declared = contract.errors.find((each) => error instanceof each);
      if (declared) {
        return {
          ok: false,
          code: declared.code,
          details: JSON.stringify((error as InstanceType<typeof declared>).details),
        };
      }
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      const told = `${type} was not answered: ${message}`;
      if (error instanceof DatabaseUnavailable) this.logger.warn(told);
      else if (!(error instanceof ContractViolation)) this.logger.error(told, stack);
      return { ok: false, unavailable: message };
    }
  }
}
