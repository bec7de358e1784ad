import { causation } from '@banyan/messaging';
import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { requestCauseOf } from './request-cause';

/** Asked by machines, every few seconds: told at debug only. */
const PROBES = /^\/(health|metrics)(\/|$)/;

/** Logs each answered request: method, path without its query, status, milliseconds. Never a header or a body. */
export function registerAccessLog(
  fastify: FastifyInstance,
  logger: Pick<Logger, 'log' | 'debug'> = new Logger('HTTP'),
): void {
  fastify.addHook('onResponse', (request, reply, done) => {
    const path = request.url.split('?', 1)[0]!;
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    const { method } = request;
    const line = {
      msg: `${method} ${path} ${reply.statusCode} ${ms} ms`,
      method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms,
    };
    const tell = () => (PROBES.test(path) ? logger.debug(line) : logger.log(line));
    const cause = requestCauseOf(request);
    if (cause) causation.run(cause, tell);
    else tell();
    done();
  });
}
