import { encode, rabbitNames } from '@banyan/messaging';
import { type ConfirmChannel, connect } from 'amqplib';
import { Contexts } from '../contexts';
import { interleave, rate, ratio } from '../measuring';
import { insertWhenOrderPlaced, KEYS, template } from '../orders';
import { absent, linesOf } from '../report';
import type { Bench, Scenario } from '../scenario';
import { rabbitTransport } from '../transports';
import { graphileWorker, pgBoss } from './rabbit-relay-peers';

const SUBSCRIBERS = ['billing', 'packing'];
const WINDOW = 1_000;

/** Each contender takes so many messages from where it keeps them to where the broker has confirmed them. */
export type Publishing = (count: number) => Promise<number>;

/** What reliable publishing costs over publishing alone. */
export const rabbitRelay: Scenario = {
  title: 'Relay to quorum queues',
  async run(bench) {
    const stopped = await bench.broker();
    const consumed = await bench.broker();
    const relayStopped = await relaying(bench, stopped, ['sales']);
    const relayConsumed = await relaying(bench, consumed, ['sales', ...SUBSCRIBERS]);
    const channel = await publishingChannel(bench, stopped);
    const emptied =
      (publishing: Publishing): Publishing =>
      async (count) => {
        const reached = await publishing(count);
        for (const name of SUBSCRIBERS) await channel.purgeQueue(rabbitNames(stopped.prefix).queueOf(name));
        return reached;
      };
    const { exchange } = rabbitNames(stopped.prefix);
    const publish = (message: ReturnType<typeof sample>, confirmed: (error: unknown) => void) =>
      channel.publish(exchange, template.type, message.body, message.properties, confirmed);

    const count = bench.roundMs * 8;
    const few = Math.max(100, Math.round(bench.roundMs / 5));
    const peers = [
      {
        name: 'graphile-worker, batched',
        publishing: await graphileWorker(bench, relayStopped.contexts.adminUrl, publish),
      },
      { name: 'pg-boss, batched', publishing: await pgBoss(bench, relayStopped.contexts.adminUrl, publish) },
    ];
    const present = peers.flatMap(({ name, publishing }) => (publishing ? [{ name, publishing }] : []));
    const rounds = await interleave(
      [
        { name: 'raw amqplib', round: () => emptied(raw(publish))(count) },
        { name: 'relay, consumers stopped', round: () => emptied(relayStopped.publishing)(count) },
        { name: 'relay, with consumers', round: () => relayConsumed.publishing(count) },
        {
          name: 'one by one from an outbox',
          round: () => emptied(oneByOne(relayStopped.contexts, publish))(few),
        },
        ...present.map(({ name, publishing }) => ({
          name,
          round: () => emptied(publishing)(Math.round(count / 4)),
        })),
      ],
      bench.rounds,
    );
    return {
      lines: [
        ...linesOf(rounds, 'messages/s'),
        ...peers
          .filter(({ publishing }) => !publishing)
          .map(({ name }) => absent(name, 'it is not installed')),
      ],
      targets: [
        {
          what: 'consumers stopped, of raw amqplib',
          value: ratio(rounds, 'relay, consumers stopped', 'raw amqplib'),
          atLeast: 0.8,
        },
        {
          what: 'with consumers, of raw amqplib',
          value: ratio(rounds, 'relay, with consumers', 'raw amqplib'),
          atLeast: 0.4,
        },
        {
          what: 'times one by one',
          value: ratio(rounds, 'relay, consumers stopped', 'one by one from an outbox'),
          atLeast: 25,
        },
      ],
      notes: [
        `Two durable quorum queues behind one topic exchange; persistent messages of ${template.data.length} bytes and nine headers; at most ${WINDOW} unconfirmed. ` +
          'Raw amqplib has its messages ready in memory and keeps no record; the relay reads each from PostgreSQL and moves it to the log. ' +
          'With consumers, both subscribers store into their inboxes meanwhile, and handle. The peers publish to the same queues from their jobs.',
      ],
    };
  },
};

function sample(n: number) {
  const key = KEYS[n % KEYS.length] as string;
  const fill = (text: string) => text.replace('@id', key).replace('@key', key);
  const { body, properties } = encode({
    id: key,
    publisher: 'sales',
    key,
    type: template.type,
    attributes: fill(template.attributes),
    data: fill(template.data),
  });
  return { body, properties: { ...properties, mandatory: true } };
}

const samples = Array.from({ length: 1_000 }, (_, n) => sample(n));

async function relaying(bench: Bench, broker: { url: string; prefix: string }, here: readonly string[]) {
  const contexts = await Contexts.start(bench, {
    contexts: (all) => ({
      sales: [],
      ...Object.fromEntries(
        SUBSCRIBERS.map((name) => [
          name,
          [
            insertWhenOrderPlaced(
              () => all().of(name).database,
              () => undefined,
            ),
          ],
        ]),
      ),
    }),
    here,
    transport: rabbitTransport(bench, broker),
  });
  const { database, messaging } = contexts.of('sales');
  await messaging.relay.stop();
  const waiting = async () => (await database.query('SELECT 1 FROM outbox LIMIT 1')).length > 0;
  const publishing: Publishing = async (count) => {
    await contexts.fill('sales', count);
    const began = performance.now();
    messaging.relay.start();
    await contexts.until(async () => !(await waiting()), 'relayed');
    const reached = rate(count, began);
    await messaging.relay.stop();
    for (const name of here.slice(1)) await contexts.idle(name);
    return reached;
  };
  return { contexts, publishing };
}

async function publishingChannel(bench: Bench, { url }: { url: string }): Promise<ConfirmChannel> {
  const connection = await connect(url);
  bench.after(() => connection.close());
  return connection.createConfirmChannel();
}

export type Publish = (message: ReturnType<typeof sample>, confirmed: (error: unknown) => void) => unknown;

/** Publishes all with so many unconfirmed at a time. */
export const raw =
  (publish: Publish): Publishing =>
  (count) => {
    const began = performance.now();
    return new Promise((resolve, reject) => {
      let sent = 0;
      let confirmed = 0;
      const more = () => {
        while (sent < count && sent - confirmed < WINDOW) {
          publish(samples[sent++ % samples.length]!, (error) => {
            if (error) return reject(error as Error);
            if (++confirmed === count) resolve(rate(count, began));
            else more();
          });
        }
      };
      more();
    });
  };

export const publishAll = (publish: Publish, count: number): Promise<void[]> =>
  Promise.all(
    Array.from(
      { length: count },
      (_, n) =>
        new Promise<void>((resolve, reject) =>
          publish(samples[n % samples.length]!, (error) => (error ? reject(error as Error) : resolve())),
        ),
    ),
  );

/** The outbox as first written: take one, publish, wait for its confirm, delete, and again. */
const oneByOne =
  (contexts: Contexts, publish: Publish): Publishing =>
  async (count) => {
    const { database } = contexts.of('sales');
    await contexts.fill('sales', count);
    const began = performance.now();
    for (let n = 0; n < count; n++) {
      const [row] = await database.query<{ seq: string }>('SELECT * FROM outbox ORDER BY seq LIMIT 1');
      await publishAll(publish, 1);
      await database.query('DELETE FROM outbox WHERE seq = $1', [row?.seq]);
    }
    return rate(count, began);
  };
