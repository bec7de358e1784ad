import { ContextUnavailable, ContractViolation, request, requestError } from '@banyan/contracts';
import { causation } from '@banyan/messaging';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { conformance } from './conformance';
import { Stored } from './messages';
import type { Stage } from './stage';

class UnknownSku extends requestError(
  'inventory.unknown-sku',
  'not-found',
  { skus: z.array(z.string()) },
  ({ skus }) => `Nobody knows ${skus.join()}`,
) {}

class Undeclared extends requestError('inventory.undeclared', 'conflict', {}, () => 'Not in the contract') {}

const CountStock = request('inventory.count-stock.v1', {
  request: { skus: z.array(z.string().min(1)), warehouse: z.string().default('main') },
  reply: { onHand: z.int(), places: z.array(z.object({ name: z.string() })) },
  errors: [UnknownSku],
});
const skus = ['fig'];
const stocked = { onHand: 3, places: [{ name: 'shelf' }] };

/** Orders asks, inventory answers as told. */
async function asking(stage: Stage, answer: (request: any) => Promise<unknown>) {
  const grove = await stage.grove({
    policies: () => ({ orders: [], inventory: [], shipping: [] }),
    answers: { inventory: [{ contract: CountStock, answer }] },
    here: ['orders', 'inventory'],
  });
  const { contexts } = grove.context('orders');
  return {
    grove,
    inventory: grove.context('inventory'),
    ask: (question: any = { skus }, deadlineMs = 2_000) => contexts.ask(CountStock, question, { deadlineMs }),
  };
}

conformance('A request', (clause) => {
  clause('is answered with a parsed, frozen reply of its own', async (stage) => {
    const seen: unknown[] = [];
    const { ask } = await asking(stage, async (question) => {
      seen.push(question);
      return { ...stocked, secret: 'not in the contract' };
    });

    const reply = await ask();

    expect(reply).toEqual(stocked);
    expect(reply).not.toBe(stocked);
    expect(Object.isFrozen(reply) && Object.isFrozen(reply.places) && Object.isFrozen(reply.places[0])).toBe(
      true,
    );
    expect(seen).toEqual([{ skus, warehouse: 'main' }]);
    expect(Object.isFrozen(seen[0])).toBe(true);
  });

  clause('that does not fit its contract is refused before it leaves', async (stage) => {
    let asked = 0;
    const { ask } = await asking(stage, async () => {
      asked++;
      return stocked;
    });

    await expect(ask({ skus: [''] })).rejects.toThrow(ContractViolation);

    expect(asked).toBe(0);
  });

  clause('whose reply does not fit its contract counts as not answered', async (stage) => {
    const { ask } = await asking(stage, async () => ({ onHand: 'many', places: [] }));

    await expect(ask()).rejects.toThrow(ContextUnavailable);
  });

  clause(
    'comes back with the error that it declares, as the same class with the same details',
    async (stage) => {
      const { ask } = await asking(stage, async ({ skus: unknown }) => {
        throw new UnknownSku({ skus: unknown });
      });

      const error = await ask().catch((each: unknown) => each);

      expect(error).toBeInstanceOf(UnknownSku);
      expect(error).toMatchObject({
        code: 'inventory.unknown-sku',
        kind: 'not-found',
        message: 'Nobody knows fig',
        details: { skus },
      });
    },
  );

  clause(
    'that fails in any other way, or is answered by nobody, finds the context unavailable',
    async (stage) => {
      const Unanswered = request('inventory.unanswered.v1', { request: {}, reply: {} });
      const errors = [new TypeError('a mistake'), new Undeclared({})];
      const { ask, grove } = await asking(stage, async () => {
        throw errors.shift();
      });

      await expect(ask()).rejects.toThrow(ContextUnavailable);
      await expect(ask()).rejects.toThrow(ContextUnavailable);
      await expect(grove.context('orders').contexts.ask(Unanswered, {})).rejects.toThrow(ContextUnavailable);
    },
  );

  clause('whose two sides disagree about its contract finds the context unavailable', async (stage) => {
    class UnknownSkuInPlace extends requestError(
      'inventory.unknown-sku',
      'not-found',
      { skus: z.array(z.string()), place: z.string() },
      ({ place }) => `Nobody at ${place} knows it`,
    ) {}
    const Otherwise = request('inventory.count-stock.v1', {
      request: { skus: z.array(z.string()), warehouse: z.literal(7) },
      reply: { onHand: z.int() },
    });
    const Demanding = request('inventory.count-stock.v1', {
      request: { skus: z.array(z.string()) },
      reply: { onHand: z.int() },
      errors: [UnknownSkuInPlace],
    });
    const { grove } = await asking(stage, async () => {
      throw new UnknownSku({ skus });
    });
    const { contexts } = grove.context('orders');

    await expect(contexts.ask(Otherwise, { skus, warehouse: 7 })).rejects.toThrow(ContextUnavailable);
    await expect(contexts.ask(Demanding, { skus })).rejects.toThrow(ContextUnavailable);
  });

  clause('finds the context unavailable at its deadline', async (stage) => {
    let release!: () => void;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { ask } = await asking(stage, async () => {
      await gate;
      return stocked;
    });
    const began = performance.now();

    const error = await ask({ skus }, 150).catch((each: unknown) => each);

    expect(error).toBeInstanceOf(ContextUnavailable);
    expect(error).toMatchObject({ context: 'inventory' });
    const took = performance.now() - began;
    expect(took).toBeGreaterThan(140);
    expect(took).toBeLessThan(1_500);
    release();
  });

  clause('to a context that is not there finds it unavailable', async (stage) => {
    const Track = request('shipping.track.v1', { request: {}, reply: {} });
    const { grove } = await asking(stage, async () => stocked);

    const ask = grove.context('orders').contexts.ask(Track, {}, { deadlineMs: 500 });

    await expect(ask).rejects.toMatchObject({ name: 'ContextUnavailable', context: 'shipping' });
  });

  clause('carries correlation and trace, and no transaction', async (stage) => {
    const causes: unknown[] = [];
    const { ask, inventory } = await asking(stage, async () => {
      causes.push(causation.current());
      const [row] = await inventory.database.query<{ depth: number }>('SELECT 1 AS depth');
      return { ...stocked, onHand: row!.depth };
    });
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

    const reply = await causation.run({ correlationId: 'visit-7', traceparent }, () => ask());

    expect(reply.onHand).toBe(1);
    expect(causes).toEqual([
      {
        correlationId: 'visit-7',
        traceparent: expect.stringMatching(/^00-4bf92f3577b34da6a3ce929d0e0e4736-/),
      },
    ]);
  });

  clause('changes nothing: an answer that begins a transaction or publishes fails', async (stage) => {
    const acts = [
      () => inventory.publish(Stored({ orderId: uuid(), n: 1 })),
      () => inventory.messaging.outbox.publish(Stored({ orderId: uuid(), n: 1 })),
    ];
    const { ask, inventory } = await asking(stage, async () => {
      await acts.shift()!();
      return stocked;
    });

    await expect(ask()).rejects.toThrow(/may only read/);
    await expect(ask()).rejects.toThrow(/outside a transaction/);

    expect(await inventory.count('outbox')).toBe(0);
    expect(await inventory.count('event_log')).toBe(0);
  });

  clause('asked many at a time gets its own answer', async (stage) => {
    const { ask } = await asking(stage, async ({ skus: [sku] }) => ({ onHand: Number(sku), places: [] }));

    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, n) => ask({ skus: [String(n)] }).then(({ onHand }) => onHand)),
    );

    expect(replies).toEqual([...replies.keys()]);
  });
});
