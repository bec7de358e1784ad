import { DatabaseUnavailable } from '@banyan/persistence';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Capture, Ledger } from './ledger';
import { Problem } from './problem';
import { behaviourOf, outOfOrder } from './tokens';

const Key = z.string().regex(/^[\x21-\x7e]{1,200}$/, { error: 'is 1 to 200 visible ASCII characters' });
const Amount = z.int().min(0);
const NewCapture = z.strictObject({
  amount: Amount,
  currency: z.string().regex(/^[A-Z]{3}$/),
  token: z.string().min(1).max(1_000),
});
const NewRefund = z.strictObject({ captureKey: Key, amount: Amount.min(1) });
const LedgerQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

export interface Routes {
  readonly ledger: Ledger;
  readonly slowMs: number;
  /** Whose it is, for whoever looks for his own. (Default: nobody's) */
  readonly identity?: string;
  /** Why it cannot work at the moment. */
  readonly problem: () => Promise<string | undefined>;
}

/** Everything that is asked for under a business key: asked again, it is done once and answered alike. */
export function addRoutes(app: FastifyInstance, { ledger, slowMs, identity, problem }: Routes): void {
  app.put('/captures/:key', async (request, reply) => {
    const key = keyOf(request.params);
    const body = parse(NewCapture, request.body);
    const { declined, failures = 0, slow, losesReply } = behaviourOf(body.token);
    if (slow) await sleep(slowMs);
    if (failures > 0) {
      const known = await ledger.find(key);
      if ((!known || known.status === 'open') && (await ledger.fail(key, body)) <= failures)
        throw outOfOrder();
    }
    const { capture, tries } = await ledger.capture(key, body, () => declined);
    if (losesReply && tries === 1 && capture.status === 'captured') return cut(reply);
    return answer(capture);
  });

  app.put('/captures/:key/void', async (request) => ledger.void(keyOf(request.params)));

  app.get('/captures/:key', async (request) => {
    const key = keyOf(request.params);
    const capture = await ledger.find(key);
    if (!capture) throw new Problem(404, 'capture-not-found', `Nobody asked for ${key}`);
    return capture;
  });

  app.put('/refunds/:key', async (request) => {
    const key = keyOf(request.params);
    const { captureKey, amount } = parse(NewRefund, request.body);
    const { currency, refunded } = await ledger.refund(key, { captureKey, amount });
    return { key, status: 'refunded', captureKey, amount, currency, refunded };
  });

  app.get('/ledger', async (request) => {
    const { after, limit } = parse(LedgerQuery, request.query);
    const entries = await ledger.entries(after, limit + 1);
    const items = entries.slice(0, limit);
    return { items, nextCursor: entries.length > limit ? String(items.at(-1)!.position) : null };
  });

  app.get('/health/live', async () => ({ status: 'ok', identity }));

  app.get('/health/ready', async (_request, reply) => {
    const reason = await problem();
    return reason ? reply.code(503).send({ status: 'error', reason }) : { status: 'ok' };
  });

  app.setNotFoundHandler(() => {
    throw new Problem(404, 'route-not-found', 'There is nothing at this address');
  });

  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const told = problemOf(error);
    return reply.code(told.status).type('application/problem+json').send(told.document);
  });
}

/** Who asks to capture what was voided is told that it is declined: nothing is taken. */
const answer = (capture: Capture) =>
  capture.status === 'voided' ? { ...capture, status: 'declined', reason: 'voided' } : capture;

/** What a network does that fails at the worst moment. */
function cut(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.socket?.destroy();
  return reply;
}

const keyOf = (params: unknown): string => parse(Key, (params as { key: string }).key);

function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const what = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'it'}: ${message}`);
  throw new Problem(400, 'invalid-input', what.join('; '));
}

function problemOf(error: Error & { statusCode?: number }): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof DatabaseUnavailable)
    return new Problem(503, 'database-unavailable', 'The ledger does not answer; try again');
  const status = error.statusCode ?? 500;
  if (status < 500) return new Problem(status, 'bad-request', error.message);
  process.stderr.write(`${error.stack}\n`);
  return new Problem(500, 'internal-error', 'Something went wrong');
}
