import { causation } from '@banyan/messaging';
import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import { throwError } from 'rxjs';
import { requestCauseOf } from '../observing/request-cause';
import { PROBLEM_JSON, type Problem } from './problem';
import { problemOf } from './problem-of';

/**
 * Answers every error over HTTP as `application/problem+json` with a stable `code`.
 * What nobody foresaw is a 500 that tells nothing but the correlation id, under which the log has the rest.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('HTTP');

  catch(error: unknown, host: ArgumentsHost): unknown {
    if (host.getType() !== 'http') return throwError(() => error);
    const http = host.switchToHttp();
    sendProblem(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>(), this.logger);
    return undefined;
  }
}

/** Answers `error` on `reply`; on a raw response too, as Nest middleware has it. Does nothing when an answer has left. */
export function sendProblem(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply | ServerResponse,
  logger: Pick<Logger, 'error' | 'warn'>,
): void {
  const { problem, headers, log } = problemOf(error);
  const cause = requestCauseOf(request) ?? causation.current();
  const told =
    log === undefined ? undefined : `${request.method} ${pathOf(request)} answered ${problem.status}`;
  const report = () => {
    if (log === 'error')
      logger.error(told, error instanceof Error ? (error.stack ?? error.message) : String(error));
    if (log === 'warn') logger.warn(`${told}: ${error instanceof Error ? error.message : String(error)}`);
  };
  if (cause) causation.run(cause, report);
  else report();

  const document: Problem = { ...problem, instance: pathOf(request) };
  if (problem.status >= 500 && cause) document['correlationId'] = cause.correlationId;
  // As bytes, or Fastify would add a charset, which JSON media types do not have.
  const body = Buffer.from(JSON.stringify(document));
  if ('raw' in reply) {
    if (reply.sent) return;
    void reply
      .code(problem.status)
      .headers({ ...headers, 'content-type': PROBLEM_JSON })
      .send(body);
  } else if (!reply.headersSent) {
    reply.writeHead(problem.status, { ...headers, 'content-type': PROBLEM_JSON }).end(body);
  }
}

function pathOf({ url = '/' }: Pick<FastifyRequest, 'url'>): string {
  const query = url.indexOf('?');
  return query < 0 ? url : url.slice(0, query);
}
