import type { MessageMap } from '@banyan/contracts';
import type { Channel } from 'amqplib';
import { reasonOf } from '../connection/broker-connection';
import { rabbitNames, type RabbitNames } from '../names';
import { BrokerRefusal, withChannel } from './with-channel';

/** What is to be declared, and where. */
export interface BrokerTopology {
  /** Of a user that may configure. */
  readonly url: string;
  /** (Default: banyan) */
  readonly prefix?: string;
  readonly map: MessageMap;
  /** (Default: every context of the map) */
  readonly contexts?: readonly string[];
}

/** What a queue of ours is declared with. Never change it once shipped: the broker refuses, in the middle of a roll-out. */
export const queueArguments = (names: RabbitNames): Readonly<Record<string, string | number | boolean>> => ({
  'x-queue-type': 'quorum',
  'x-single-active-consumer': true,
  // As good as none: -1 says that from 4.x on, but drops at once on 3.x.
  'x-delivery-limit': 1_000_000,
  'x-dead-letter-exchange': names.dead,
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish',
});

/**
 * Declares exchange, dead letters, one queue per context and a binding per event type that the context subscribes to.
 * What is there already stays. `prune` also unbinds what the map knows and the context no longer subscribes to;
 * `retired` adds types that the map knows no more. Resolves with a line per queue, for an operator.
 * @throws BrokerRefusal in one sentence
 */
export async function applyTopology({
  prefix,
  map,
  prune = false,
  retired = [],
  ...options
}: BrokerTopology & { readonly prune?: boolean; readonly retired?: readonly string[] }): Promise<string[]> {
  const names = rabbitNames(prefix);
  const contexts = options.contexts ?? Object.keys(map.contexts);
  return withChannel(options.url, async (channel) => {
    await declare(`exchange ${names.exchange}`, channel, (open) =>
      open.assertExchange(names.exchange, 'topic', { durable: true }),
    );
    await declare(`dead letters ${names.dead}`, channel, async (open) => {
      await open.assertExchange(names.dead, 'fanout', { durable: true });
      await open.assertQueue(names.dead, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
      await open.bindQueue(names.dead, names.dead, '');
    });
    const report: string[] = [];
    for (const context of contexts) {
      const queue = names.queueOf(context);
      const wanted = subscribed(map, context);
      const unwanted = prune ? [...published(map), ...retired].filter((type) => !wanted.includes(type)) : [];
      await declare(`queue ${queue}`, channel, async (open) => {
        await open.assertQueue(queue, { durable: true, arguments: queueArguments(names) });
        for (const type of wanted) await open.bindQueue(queue, names.exchange, type);
        for (const type of unwanted) await open.unbindQueue(queue, names.exchange, type);
      });
      report.push(`queue ${queue}: ${wanted.length > 0 ? wanted.join(', ') : 'nothing subscribed to'}`);
    }
    return report;
  });
}

/** Names what is missing, changing nothing. @throws BrokerRefusal */
export async function checkTopology({ url, prefix, map, ...options }: BrokerTopology): Promise<string[]> {
  const names = rabbitNames(prefix);
  const contexts = options.contexts ?? Object.keys(map.contexts);
  const missing: string[] = [];
  await withChannel(url, async (channel) => {
    for (const exchange of [names.exchange, names.dead])
      if (!(await exists(channel, (open) => open.checkExchange(exchange))))
        missing.push(`exchange ${exchange}`);
    for (const queue of [names.dead, ...contexts.map(names.queueOf)])
      if (!(await exists(channel, (open) => open.checkQueue(queue)))) missing.push(`queue ${queue}`);
  });
  return missing;
}

/** Messages that wait in each context's queue, not counting those in a consumer's hand; a missing queue is left out. @throws BrokerRefusal */
export async function depths(options: {
  readonly url: string;
  readonly prefix?: string;
  readonly contexts: readonly string[];
}): Promise<Map<string, number>> {
  const names = rabbitNames(options.prefix);
  const found = new Map<string, number>();
  await withChannel(options.url, async (channel) => {
    for (const context of options.contexts) {
      const queue = await exists(channel, (open) => open.checkQueue(names.queueOf(context)));
      if (queue) found.set(context, queue.messageCount);
    }
  });
  return found;
}

/** Deletes all of it, with what waits in the queues: for tests. @throws BrokerRefusal */
export async function removeTopology({ url, prefix, map, ...options }: BrokerTopology): Promise<void> {
  const names = rabbitNames(prefix);
  const contexts = options.contexts ?? Object.keys(map.contexts);
  await withChannel(url, async (channel) => {
    const open = await channel();
    for (const context of contexts) {
      await open.deleteQueue(names.queueOf(context));
      await open.deleteQueue(names.requestsOf(context));
    }
    await open.deleteQueue(names.dead);
    await open.deleteExchange(names.exchange);
    await open.deleteExchange(names.dead);
  });
}

async function exists<T>(
  channel: () => Promise<Channel>,
  check: (open: Channel) => Promise<T>,
): Promise<T | undefined> {
  const open = await channel();
  try {
    return await check(open);
  } catch (error) {
    if ((error as { code?: number }).code === 404) return undefined;
    throw new BrokerRefusal(reasonOf(error));
  }
}

async function declare(
  what: string,
  channel: () => Promise<Channel>,
  work: (open: Channel) => Promise<unknown>,
): Promise<void> {
  try {
    await work(await channel());
  } catch (error) {
    const { code } = error as { code?: number };
    if (code === 406)
      throw new BrokerRefusal(
        `${what} is there with other arguments, and arguments never change: ${reasonOf(error)}`,
      );
    if (code === 403)
      throw new BrokerRefusal(`This broker user may not declare ${what}; use an administrator's URL`);
    throw new BrokerRefusal(`${what} could not be declared: ${reasonOf(error)}`);
  }
}

/** Event types a context subscribes to, sorted. */
const subscribed = (map: MessageMap, context: string): string[] =>
  [...new Set(Object.values(map.contexts[context]?.subscribes ?? {}).flat())].sort();

const published = (map: MessageMap): string[] =>
  Object.values(map.contexts).flatMap(({ publishes }) => publishes);
