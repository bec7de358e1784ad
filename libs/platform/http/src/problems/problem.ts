import { HttpException } from '@nestjs/common';
import { z } from 'zod';

/** A field of the input and what is wrong with it; `field` is a path such as `lines.0.quantity`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** The media type of every error. */
export const PROBLEM_JSON = 'application/problem+json';

/** The body of every error. @see https://www.rfc-editor.org/rfc/rfc9457 */
export const Problem = z
  .looseObject({
    type: z.string().describe('Names the kind of problem: `urn:banyan:problem:` and the code'),
    title: z.string().describe('The kind of problem, in words'),
    status: z.int().describe('The HTTP status, again'),
    detail: z.string().describe('What went wrong this time, in words that may change'),
    code: z.string().describe('Stable: what a program may rely on'),
    instance: z.string().optional().describe('The path that was asked for'),
    errors: z
      .array(z.object({ field: z.string(), message: z.string() }))
      .optional()
      .describe('What is wrong, by field'),
  })
  .meta({ id: 'Problem' });
export type Problem = z.output<typeof Problem>;

export interface HttpProblemOptions {
  /** The fields that do not fit. (Default: none) */
  readonly errors?: readonly FieldError[];
  /** Headers of the answer, such as `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further members of the document. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** What it came of, for the log alone. (Default: nothing) */
  readonly cause?: unknown;
}

/** An error that knows its whole answer. For what HTTP itself refuses; a context throws a DomainError. */
export class HttpProblem extends HttpException {
  readonly errors?: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    readonly code: string,
    detail: string,
    { errors, headers = {}, details = {}, cause }: HttpProblemOptions = {},
  ) {
    super(detail, status, { cause });
    this.name = 'HttpProblem';
    this.errors = errors;
    this.headers = headers;
    this.details = details;
  }
}

/** More errors than these help nobody, and an answer should not outgrow its question. */
const MOST_ERRORS = 20;

/** A 400 that names the fields; at most 20 of them. */
export function invalidInput(
  code: string,
  errors: readonly FieldError[],
  options: HttpProblemOptions = {},
): HttpProblem {
  const named = errors.slice(0, MOST_ERRORS);
  const more = errors.length > named.length ? ` (and ${errors.length - named.length} more)` : '';
  const detail = named.map(({ field, message }) => `${field}: ${message}`).join('; ') + more;
  return new HttpProblem(400, code, detail, { ...options, errors: named });
}
