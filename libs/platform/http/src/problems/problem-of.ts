import { ContractViolation, DomainError, type ErrorKind } from '@banyan/contracts';
import { HttpException } from '@nestjs/common';
import { STATUS_CODES } from 'node:http';
import { HttpProblem, invalidInput, type HttpProblemOptions, type Problem } from './problem';

/** How an error is answered, and whether somebody should look at it. */
export interface ProblemAnswer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** `error`: a fault of ours. `warn`: bad input that got further than it should, or a dependency that is away. */
  readonly log?: 'error' | 'warn';
}

const STATUS_OF: Record<ErrorKind, number> = {
  invalid: 400,
  'not-found': 404,
  conflict: 409,
  forbidden: 403,
};

/** Seconds after which it may work again. */
const RETRY = { 'Retry-After': '2' };

/** The problem document that answers `error`. Nothing of an unexpected error leaves with it. */
export function problemOf(error: unknown): ProblemAnswer {
  if (error instanceof DomainError) {
    return answer(STATUS_OF[error.kind], error.code, error.message, { details: error.details });
  }
  if (error instanceof HttpProblem) {
    return answer(
      error.getStatus(),
      error.code,
      error.message,
      error,
      error.getStatus() >= 500 ? 'warn' : undefined,
    );
  }
  if (error instanceof ContractViolation && !error.contract.endsWith('(reply)')) {
    return of(
      invalidInput(
        'http.invalid-input',
        error.issues.map(({ path, message }) => ({ field: path, message })),
      ),
    );
  }
  if (isUnavailable(error)) {
    const { context, name } = error;
    const code = name === 'DatabaseUnavailable' ? 'http.database-unavailable' : 'http.context-unavailable';
    const detail = `${context ?? 'What this needs'} does not answer at the moment; try again`;
    return answer(503, code, detail, { headers: RETRY, details: { context } }, 'warn');
  }
  const sqlState = sqlStateOf(error);
  if (sqlState !== undefined && UNUSABLE_VALUE.has(sqlState)) {
    return answer(
      400,
      'http.unusable-value',
      'A value of the request cannot be stored or compared',
      {},
      'warn',
    );
  }
  if (sqlState !== undefined && BUSY.has(sqlState)) {
    return answer(503, 'http.busy', 'Too much happens at once; try again', { headers: RETRY }, 'warn');
  }
  if (isFastifyError(error)) return ofStatus(error.statusCode, error.message, error.code);
  if (error instanceof HttpException) return ofHttpException(error);
  if (isAborted(error)) return answer(400, 'http.incomplete-body', 'The body ended before it was complete');
  return INTERNAL;
}

const of = (problem: HttpProblem) => answer(problem.getStatus(), problem.code, problem.message, problem);

function answer(
  status: number,
  code: string,
  detail: string,
  { errors, headers = {}, details = {} }: HttpProblemOptions = {},
  log?: ProblemAnswer['log'],
): ProblemAnswer {
  const problem: Problem = {
    ...details,
    type: `urn:banyan:problem:${code}`,
    title: titleOf(code),
    status,
    detail,
    code,
    ...(errors?.length ? { errors: [...errors] } : {}),
  };
  return { problem, headers, log };
}

/** `Order already dispatched` from `orders.order-already-dispatched`. */
function titleOf(code: string): string {
  const words = code.slice(code.lastIndexOf('.') + 1).replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const INTERNAL = answer(500, 'internal-error', 'Something went wrong on our side', {}, 'error');

const CODE_OF_STATUS: Record<number, string> = {
  400: 'http.bad-request',
  401: 'http.unauthorized',
  403: 'http.forbidden',
  404: 'http.not-found',
  405: 'http.method-not-allowed',
  406: 'http.not-acceptable',
  408: 'http.request-timeout',
  409: 'http.conflict',
  410: 'http.gone',
  412: 'http.precondition-failed',
  413: 'http.body-too-large',
  414: 'http.url-too-long',
  415: 'http.unsupported-media-type',
  422: 'http.unprocessable',
  428: 'http.precondition-required',
  429: 'http.too-many-requests',
  431: 'http.headers-too-large',
  501: 'http.not-implemented',
  502: 'http.bad-gateway',
  503: 'http.unavailable',
  504: 'http.gateway-timeout',
};

const FASTIFY_CODES: Record<string, string> = {
  FST_ERR_BAD_URL: 'http.malformed-url',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'http.malformed-body',
  FST_ERR_CTP_INVALID_JSON_BODY: 'http.malformed-body',
};

const DETAIL_OF: Record<number, string> = {
  413: 'The body is larger than 1 MB (1,048,576 bytes)',
  415: 'Send the body as application/json in UTF-8',
};

function ofStatus(status: number, message: string, fastifyCode?: string): ProblemAnswer {
  if (status === 500) return INTERNAL;
  const code =
    (fastifyCode && FASTIFY_CODES[fastifyCode]) ?? CODE_OF_STATUS[status] ?? `http.status-${status}`;
  // Nest and Fastify word their own 5xx; what caused one stays here.
  const detail = status > 500 ? (STATUS_CODES[status] ?? 'Unavailable') : (DETAIL_OF[status] ?? message);
  return answer(
    status,
    code,
    detail,
    { headers: status === 503 ? RETRY : {} },
    status > 500 ? 'warn' : undefined,
  );
}

function ofHttpException(error: HttpException): ProblemAnswer {
  const status = error.getStatus();
  if (isFastifyError(error.cause)) return ofStatus(status, error.message, error.cause.code);
  if (status === 404 && /^Cannot [A-Z]+ \//.test(error.message)) {
    return answer(404, 'http.route-not-found', 'There is nothing at this address');
  }
  return ofStatus(status, error.message);
}

/** Matched by name as well: the class may have been loaded twice, or be of a library that this one does not know. */
function isUnavailable(error: unknown): error is Error & { readonly context?: string } {
  return error instanceof Error && /^(Context|Database)Unavailable$/.test(error.name);
}

/** Whoever sent a body hung up before its end: nobody's fault here, and nobody reads the answer. */
const isAborted = (error: unknown) =>
  error instanceof Error &&
  error.message === 'aborted' &&
  (error as { code?: unknown }).code === 'ECONNRESET';

function isFastifyError(
  error: unknown,
): error is Error & { readonly code: string; readonly statusCode: number } {
  const { code, statusCode } = (error ?? {}) as { code?: unknown; statusCode?: unknown };
  return (
    error instanceof Error &&
    typeof code === 'string' &&
    code.startsWith('FST_') &&
    typeof statusCode === 'number'
  );
}

/** untranslatable character, not in repertoire, invalid text representation, out of range, too long, dates likewise. */
const UNUSABLE_VALUE = new Set(['22P05', '22021', '22P02', '22003', '22001', '22007', '22008']);

/** serialization failure, deadlock, lock not available, statement cancelled, too many connections. */
const BUSY = new Set(['40001', '40P01', '55P03', '57014', '53300']);

/** SQLSTATE of an error of pg, or of TypeORM around one. */
function sqlStateOf(error: unknown): string | undefined {
  const { driverError = error } = (error ?? {}) as { driverError?: unknown };
  const { code, severity } = (driverError ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined;
}
