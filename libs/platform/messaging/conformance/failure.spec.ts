import { ContextUnavailable, event, request, SeamMisuse } from '@banyan/contracts';
import { callOut, depthsOf, type DispatcherOptions } from '@banyan/messaging';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import { conformance } from './conformance';
import type { TestPolicy } from './grove';
import { Counted, range, soon } from './messages';
import type { Scene, Stage } from './stage';

const Known = request('inventory.is-known.v1', {
  request: { orderId: z.string() },
  reply: { known: z.boolean() },
});
const answers = { inventory: [{ contract: Known, answer: async () => ({ known: true }) }] };

/** What a clause sees of one attempt. */
interface Attempt {
  readonly attempt: number;
  readonly at: number;
}

/** Orders, and an inventory with one policy that may fail. */
const withPolicy = (
  stage: Stage,
  policy: Partial<TestPolicy>,
  options: DispatcherOptions = {},
): Promise<Scene> =>
  stage.scene(
    { inventory: [{ name: 'fragile', ...policy }] },
    { answers, options: { dispatcher: { backoffMs: 2, maxBackoffMs: 10, ...options } } },
  );

conformance('A handler that fails', (clause) => {
  clause(
    'is tried again after a delay that doubles, half of it left to chance, and counts attempts',
    async (stage) => {
      const attempts: Attempt[] = [];
      const { grove, orders } = await withPolicy(
        stage,
        {
          handle: async (_, { attempt }) => {
            attempts.push({ attempt, at: performance.now() });
            if (attempt < 5) throw new Error('not yet');
          },
        },
        { backoffMs: 40, maxBackoffMs: 160 },
      );

      await orders.publish(Counted({ orderId: uuid(), n: 1 }));
      await grove.quiet();

      expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
      const delays = attempts.slice(1).map(({ at }, index) => at - attempts[index]!.at);
      [20, 40, 80, 80].forEach((least, index) => expect(delays[index]).toBeGreaterThanOrEqual(least));
    },
  );

  clause('has no effect with the attempts that failed', async (stage) => {
    const { grove, orders, inventory } = await withPolicy(stage, {
      handle: async ({ orderId, n }, message) => {
        await inventory.effect(message, orderId, n, `attempt ${message.attempt}`);
        if (message.attempt < 3) throw new Error('not yet');
      },
    });

    await orders.publish(Counted({ orderId: uuid(), n: 1 }));
    await grove.quiet();

    expect((await inventory.effects()).map(({ note }) => note)).toEqual(['attempt 3']);
  });

  clause('holds back its key in its group only, and is given up with its story', async (stage) => {
    const [poisoned, healthy] = [uuid(), uuid()];
    const { grove, orders, inventory } = await stage.scene(
      {
        inventory: [
          {
            name: 'fragile',
            handle: async ({ orderId, n }, message) => {
              await inventory.effect(message, orderId, n);
              if (orderId === poisoned && n === 0) throw new Error('cannot digest');
            },
          },
          { name: 'project', group: 'projection' },
        ],
      },
      { options: { dispatcher: { backoffMs: 40, maxBackoffMs: 40, maxAttempts: 12 } } },
    );

    for (const n of range(0, 3))
      await orders.publish(...[poisoned, healthy].map((orderId) => Counted({ orderId, n })));
    await soon(async () => {
      expect(await inventory.numbers('fragile', healthy)).toEqual([0, 1, 2]);
      expect(await inventory.numbers('project', poisoned)).toEqual([0, 1, 2]);
    });
    expect(await inventory.numbers('fragile', poisoned)).toEqual([]);
    await grove.quiet();

    expect(await inventory.numbers('fragile', poisoned)).toEqual([1, 2]);
    const [letter, ...others] = await inventory.messaging.deadLetters.list();
    expect(others).toEqual([]);
    expect(letter).toMatchObject({
      subscription: 'fragile',
      type: 'orders.counted.v1',
      publisher: 'orders',
      key: poisoned,
      attempts: 12,
      error: 'cannot digest',
      stack: expect.stringContaining('failure.spec'),
    });
    expect(JSON.parse(letter!.data)).toEqual({ orderId: poisoned, n: 0 });
    expect(JSON.parse(letter!.attributes)).toMatchObject({ id: letter!.id, partitionkey: poisoned });
  });

  clause('fails with what it threw, whatever that was', async (stage) => {
    const { grove, orders, inventory } = await withPolicy(
      stage,
      {
        handle: () => {
          throw 'a bare text';
        },
      },
      { maxAttempts: 2 },
    );

    await orders.publish(Counted({ orderId: uuid(), n: 1 }));
    await grove.quiet();

    expect(await inventory.messaging.deadLetters.list()).toMatchObject([
      { error: 'a bare text', attempts: 2 },
    ]);
  });

  clause('is given up also where its error cannot be stored, or even shown, as it is', async (stage) => {
    const errors: unknown[] = [new Error('a \u0000 in it'), Object.create(null)];
    const { grove, orders, inventory } = await withPolicy(
      stage,
      {
        handle: async ({ n }) => {
          throw errors[n];
        },
      },
      { maxAttempts: 2 },
    );
    const orderId = uuid();

    await orders.publish(Counted({ orderId, n: 0 }), Counted({ orderId, n: 1 }));
    await grove.quiet();

    const letters = await inventory.messaging.deadLetters.list();
    expect(letters.map(({ attempts }) => attempts)).toEqual([2, 2]);
    expect(letters.map(({ error }) => error)).toContainEqual(expect.stringMatching(/^a . in it$/));
  });

  clause('fails when it takes too long, and then has no effect', async (stage) => {
    const { grove, orders, inventory } = await withPolicy(
      stage,
      {
        handle: async ({ orderId, n }, message) => {
          await inventory.effect(message, orderId, n, `attempt ${message.attempt}`);
          if (message.attempt === 1) await new Promise(() => undefined);
        },
      },
      { handlerTimeoutMs: 150 },
    );

    await orders.publish(Counted({ orderId: uuid(), n: 1 }));
    await grove.quiet();

    expect((await inventory.effects()).map(({ note }) => note)).toEqual(['attempt 2']);
  });

  clause('waits, uncounted, while a context that it needs is away', async (stage) => {
    const attempts: number[] = [];
    let away = true;
    const { grove, orders, inventory } = await withPolicy(
      stage,
      {
        prepare: async (_, { attempt }) => {
          attempts.push(attempt);
          if (away) throw new ContextUnavailable('shipping', 'it is on holiday');
        },
      },
      { maxAttempts: 2 },
    );

    await orders.publish(Counted({ orderId: uuid(), n: 1 }));
    await soon(() => attempts.length >= 6);
    expect(await inventory.messaging.deadLetters.list()).toEqual([]);
    const depths = await depthsOf(inventory.database);
    expect(depths).toMatchObject({ inbox: 1, awaiting: 1 });
    expect(depths.awaitingOldestSeconds).toBeGreaterThan(0);
    away = false;
    await grove.quiet();

    expect(new Set(attempts)).toEqual(new Set([1]));
    expect(await inventory.numbers('fragile')).toEqual([1]);
    expect(await depthsOf(inventory.database)).toMatchObject({ awaiting: 0, awaitingOldestSeconds: 0 });
  });

  clause(
    'of a message that does not fit its contract is not called: that is a dead letter at once',
    async (stage) => {
      const Mistaken = event('orders.counted.v1', { orderId: z.string(), n: z.string() }, { key: 'orderId' });
      const { grove, orders, inventory } = await withPolicy(stage, {});
      const orderId = uuid();

      await orders.publish(Mistaken({ orderId, n: 'many' }), Counted({ orderId, n: 2 }));
      await grove.quiet();

      expect(await inventory.messaging.deadLetters.list()).toMatchObject([
        { key: orderId, attempts: 1, error: expect.stringContaining('n:') },
      ]);
      expect(await inventory.numbers('fragile')).toEqual([2]);
    },
  );

  clause('cannot ask or call out: it runs in a transaction', async (stage) => {
    const errors: unknown[] = [];
    const { grove, orders, inventory } = await withPolicy(
      stage,
      {
        handle: async ({ orderId }, { attempt }) => {
          const act =
            attempt === 1
              ? inventory.contexts.ask(Known, { orderId })
              : callOut('the provider', { deadlineMs: 100 }, async () => true);
          await act.catch((error: unknown) => {
            errors.push(error);
            throw error;
          });
        },
      },
      { maxAttempts: 2 },
    );

    await orders.publish(Counted({ orderId: uuid(), n: 1 }));
    await grove.quiet();

    expect(errors.map((error) => error instanceof SeamMisuse)).toEqual([true, true]);
  });
});

conformance('Preparing', (clause) => {
  clause('happens outside the transaction, may ask and call out, and is handed to handle', async (stage) => {
    const { grove, orders, inventory } = await withPolicy(stage, {
      prepare: async ({ orderId }) => ({
        ...(await inventory.contexts.ask(Known, { orderId })),
        provider: await callOut('the provider', { deadlineMs: 1_000 }, async () => 'paid'),
      }),
      handle: ({ orderId, n }, message) =>
        inventory.effect(message, orderId, n, JSON.stringify(message.prepared)),
    });

    await orders.publish(Counted({ orderId: uuid(), n: 1 }));
    await grove.quiet();

    expect((await inventory.effects()).map(({ note }) => note)).toEqual(['{"known":true,"provider":"paid"}']);
  });

  clause('cannot publish, since nothing there is bound to a commit', async (stage) => {
    const errors: unknown[] = [];
    const { grove, orders, inventory } = await withPolicy(stage, {
      prepare: ({ orderId }) =>
        inventory.messaging.outbox.publish(Counted({ orderId, n: 9 })).catch((error) => errors.push(error)),
    });

    await orders.publish(Counted({ orderId: uuid(), n: 1 }));
    await grove.quiet();

    expect(errors).toEqual([expect.any(SeamMisuse)]);
  });

  clause('is repeated with each attempt, also when it was the handling that failed', async (stage) => {
    const story: string[] = [];
    const { grove, orders } = await withPolicy(stage, {
      prepare: async (_, { attempt }) => {
        story.push(`prepare ${attempt}`);
        if (attempt === 1) throw new Error('no answer');
        return attempt;
      },
      handle: async (_, { attempt, prepared }) => {
        story.push(`handle ${attempt} with ${String(prepared)}`);
        if (attempt === 2) throw new Error('not yet');
      },
    });

    await orders.publish(Counted({ orderId: uuid(), n: 1 }));
    await grove.quiet();

    expect(story).toEqual(['prepare 1', 'prepare 2', 'handle 2 with 2', 'prepare 3', 'handle 3 with 3']);
  });
});
