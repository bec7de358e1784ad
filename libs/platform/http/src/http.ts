import { Logger } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BODY_LIMIT, registerBodyParsing } from './input/body-parsing';
import { SchemaPipe } from './input/schema-pipe';
import { registerAccessLog } from './observing/access-log';
import { registerRequestCause } from './observing/request-cause';
import { refuseBrokenRequest } from './problems/broken-request';
import { ProblemFilter, sendProblem } from './problems/problem-filter';
import { registerSecurityHeaders } from './security-headers';

/** Nest registers parsers of its own, lenient ones; `prepareHttp` registers the only one. */
class StrictFastifyAdapter extends FastifyAdapter {
  override registerParserMiddleware(): void {}
}

/** Fastify for `NestFactory.create(Module, httpAdapter())`. Whoever sends a request slowly has 30 s. */
export function httpAdapter(): FastifyAdapter {
  const logger = new Logger('HTTP');
  return new StrictFastifyAdapter({
    bodyLimit: BODY_LIMIT,
    requestTimeout: 30_000,
    clientErrorHandler: refuseBrokenRequest,
    // A long parameter is for its schema to refuse, by name.
    routerOptions: { maxParamLength: 16_384 },
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(error, request, reply, logger),
  });
}

export interface HttpOptions {
  /** (Default: `api/v1`) */
  readonly prefix?: string;
  /** Paths that stand outside the prefix. (Default: `health/live`, `health/ready`, `metrics`) */
  readonly unprefixed?: readonly string[];
  /** Whether each answered request is logged. (Default: true) */
  readonly accessLog?: boolean;
}

/**
 * Gives an application Banyan's HTTP: prefix, strict bodies, schemas, problem documents, correlation and trace, security
 * headers, access log. Call it before `init` or `listen`.
 */
export async function prepareHttp(app: NestFastifyApplication, options: HttpOptions = {}): Promise<void> {
  const {
    prefix = 'api/v1',
    unprefixed = ['health/live', 'health/ready', 'metrics'],
    accessLog = true,
  } = options;
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  registerRequestCause(fastify);
  if (accessLog) registerAccessLog(fastify);
  await registerSecurityHeaders(fastify);
  registerBodyParsing(fastify);
  app.setGlobalPrefix(prefix, { exclude: [...unprefixed] });
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(new SchemaPipe());
}
