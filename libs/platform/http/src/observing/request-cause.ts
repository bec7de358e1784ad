import { causation, nextHop, type Causation } from '@banyan/messaging';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { v7 as uuidv7 } from 'uuid';

const CORRELATION_ID = /^[A-Za-z0-9._:-]{1,128}$/;
const cause = Symbol('cause');

/** The correlation id and trace under which `request` is served; undefined before its first hook. */
export const requestCauseOf = (request: object): Causation | undefined =>
  (request as { [cause]?: Causation })[cause];

/**
 * Serves each request under a causation: `X-Correlation-Id` where it is well-formed (1 to 128 letters, digits, `.`, `_`,
 * `:` or `-`), otherwise a new uuid v7; and the caller's W3C `traceparent` one hop further, otherwise a new trace.
 * The correlation id is returned as a header.
 */
export function registerRequestCause(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    const { 'x-correlation-id': given, traceparent } = request.headers;
    const correlationId = typeof given === 'string' && CORRELATION_ID.test(given) ? given : uuidv7();
    const served: Causation = { correlationId, traceparent: nextHop(single(traceparent)) };
    (request as FastifyRequest & { [cause]?: Causation })[cause] = served;
    void reply.header('x-correlation-id', correlationId);
    causation.run(served, done);
  });
  // The body arrives on the socket's own thread of events, which this one is not; so the rest is run under it again.
  fastify.addHook('preValidation', (request, _reply, done) => {
    const served = requestCauseOf(request);
    if (!served || causation.current() === served) done();
    else causation.run(served, done);
  });
}

const single = (header: string | string[] | undefined) => (typeof header === 'string' ? header : undefined);
