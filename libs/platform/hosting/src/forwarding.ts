import { ContextUnavailable } from '@banyan/contracts';
import { sendProblem } from '@banyan/http';
import { causation, nextHop, type Placement } from '@banyan/messaging';
import replyFrom from '@fastify/reply-from';
import { Logger, RequestMethod, type Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { controllersOf } from './context-module';

/** Longer than any request of ours may take. */
const ANSWER_WITHIN_MS = 30_000;

/** A route of a context. */
export interface Route {
  readonly method: HTTPMethods;
  /** `/api/v1/orders/:id` */
  readonly path: string;
}

/** The HTTP routes that the controllers of a module declare. */
export function routesOf(module: Type, prefix: string): Route[] {
  return controllersOf(module).flatMap((controller) => {
    const bases = [Reflect.getMetadata(PATH_METADATA, controller) ?? ''].flat() as string[];
    const prototype = controller.prototype as Record<string, unknown>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = name === 'constructor' ? undefined : prototype[name];
      const method =
        typeof handler === 'function'
          ? (Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined)
          : undefined;
      if (method === undefined) return [];
      const paths = [Reflect.getMetadata(PATH_METADATA, handler as object) ?? ''].flat() as string[];
      return bases.flatMap((base) =>
        paths.map((path) => ({
          method: RequestMethod[method] as HTTPMethods,
          path: `/${[prefix, base, path]
            .flatMap((part) => part.split('/'))
            .filter(Boolean)
            .join('/')}`,
        })),
      );
    });
  });
}

/**
 * Serves the HTTP of contexts that left this deployable by passing it on to where they are: clients notice nothing.
 * The strangler façade in its simplest form.
 */
export async function forwardContexts(
  fastify: FastifyInstance,
  placement: Placement,
  contexts: readonly { readonly name: string; readonly module: Type }[],
  prefix: string,
): Promise<void> {
  const logger = new Logger('Forwarding');
  await fastify.register(replyFrom, {
    undici: {
      connections: 128,
      pipelining: 1,
      headersTimeout: ANSWER_WITHIN_MS,
      bodyTimeout: ANSWER_WITHIN_MS,
    },
    disableRequestLogging: true,
    // A client that is told to come back decides on that itself.
    retryMethods: [],
  });
  for (const { name, module } of contexts) {
    for (const { method, path } of routesOf(module, prefix)) {
      fastify.route({
        method,
        url: path,
        handler: (request: FastifyRequest, reply: FastifyReply) => {
          const base = placement.urlOf(name);
          return reply.from(new URL(request.raw.url ?? '/', base).toString(), {
            // One correlation and one trace, whichever process answers.
            rewriteRequestHeaders: (_, headers) => {
              const cause = causation.current();
              return cause
                ? {
                    ...headers,
                    'x-correlation-id': cause.correlationId,
                    traceparent: nextHop(cause.traceparent),
                  }
                : headers;
            },
            onError: (failed, { error }) =>
              void sendProblem(
                new ContextUnavailable(name, `${base} does not answer`, { cause: error }),
                request,
                failed as FastifyReply,
                logger,
              ),
          });
        },
      });
    }
    logger.log(`${name} is served by ${placement.urlOf(name)}`);
  }
}
