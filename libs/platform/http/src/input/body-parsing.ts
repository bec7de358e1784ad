import type { FastifyInstance } from 'fastify';
import { isUtf8 } from 'node:buffer';
import { HttpProblem, invalidInput } from '../problems/problem';
import { hasForbiddenCharacter, JsonRefused, parseStrictJson } from './strict-json';

/** The most that a body may weigh: 1 MB. One byte more is a 413. */
export const BODY_LIMIT = 1_048_576;

const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

/**
 * Reads bodies: `application/json` in UTF-8 only (else 415), at most 1 MB (else 413), and strict, so that no two readers
 * can read it differently: 400 with the field's path for duplicate keys, nesting deeper than 32, `__proto__`, U+0000.
 * An empty body is undefined. Parameters of query and path are refused by name for U+0000, and those of the query when
 * they are given twice.
 */
export function registerBodyParsing(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: BODY_LIMIT },
    (request, body, done) => {
      try {
        const charset = CHARSET.exec(request.headers['content-type'] ?? '')?.[1];
        done(null, parseBody(body as Buffer, charset));
      } catch (error) {
        done(error as Error, undefined);
      }
    },
  );
  fastify.addHook('onRequest', (request, _reply, done) => {
    try {
      checkParameters(request.query as Parameters, 'query');
      checkParameters(request.params as Parameters, 'path');
      done();
    } catch (error) {
      done(error as Error);
    }
  });
}

function parseBody(body: Buffer, charset: string | undefined): unknown {
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) {
    throw new HttpProblem(415, 'http.unsupported-media-type', 'Send the body as application/json in UTF-8');
  }
  if (body.length === 0) return undefined;
  if (!isUtf8(body))
    throw invalidInput('http.malformed-json', [{ field: 'body', message: 'is not valid UTF-8' }]);
  try {
    return parseStrictJson(body.toString('utf8'));
  } catch (error) {
    if (error instanceof JsonRefused) throw invalidInput(`http.${error.code}`, error.errors);
    throw error;
  }
}

type Parameters = Readonly<Record<string, string | string[]>> | null | undefined;

function checkParameters(parameters: Parameters, kind: string): void {
  for (const name in parameters) {
    const value = parameters[name]!;
    if (typeof value !== 'string') {
      throw invalidInput('http.duplicate-parameter', [
        { field: name, message: `is given ${value.length} times` },
      ]);
    }
    if (hasForbiddenCharacter(value) || hasForbiddenCharacter(name)) {
      const field = JSON.stringify(name).slice(1, -1);
      const message = `has a character in the ${kind} that cannot be stored`;
      throw invalidInput('http.forbidden-character', [{ field, message }]);
    }
  }
}
