import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Refuses } from '../openapi/responses';
import { invalidInput } from '../problems/problem';

const NAME = 'Idempotency-Key';
const VISIBLE_ASCII = /^[\x21-\x7e]{1,255}$/;

export interface IdempotencyKeyOptions {
  /** Whether a request may come without one; the parameter is undefined then. (Default: false) */
  readonly optional?: boolean;
}

const FromHeader = createParamDecorator(({ optional }: IdempotencyKeyOptions, context: ExecutionContext) => {
  const { headers } = context.switchToHttp().getRequest<FastifyRequest>();
  const key = headers['idempotency-key'];
  if (key === undefined && optional) return undefined;
  if (key === undefined)
    throw refused(
      'is missing: send a new one with each new request, and the same one when you send it again',
    );
  if (typeof key !== 'string' || !VISIBLE_ASCII.test(key))
    throw refused('is 1 to 255 visible ASCII characters');
  return key;
});

const refused = (message: string) => invalidInput('http.invalid-idempotency-key', [{ field: NAME, message }]);

/** The `Idempotency-Key` of the request: 1 to 255 visible ASCII characters; 400 naming the header otherwise. */
export function IdempotencyKey(options: IdempotencyKeyOptions = {}): ParameterDecorator {
  return (target, method, index) => {
    FromHeader(options)(target, method, index);
    if (method === undefined) return;
    const property = Object.getOwnPropertyDescriptor(target, method)!;
    Refuses({ 422: ['http.idempotency-key-reused'] })(target, method, property);
    ApiHeader({
      name: NAME,
      required: !options.optional,
      description:
        'The same request with the same key is done once and answered alike for 24 hours; another body is a 422.',
      schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
    })(target, method, property);
  };
}
