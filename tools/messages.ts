import { subscribersOf } from '@banyan/contracts';
import { loadMessageMap, loadTopology } from '@banyan/hosting';
import {
  DeadLetters,
  depthsOf,
  EventLog,
  InProcessTransport,
  RabbitTransport,
  Receiver,
  RefusedMessages,
  type Transport,
} from '@banyan/messaging';
import { contextDatabaseUrl, Database } from '@banyan/persistence';
import { parseArgs } from 'node:util';
import { onSomeDatabase } from './development-database';

const USAGE = `npm run messages -- <command>

  depths <context>                              how much waits, and for how long
  dead <context>                                dead letters, the latest first, with their stories
  replay <context> <id> <subscription> [--force]  puts one back into the inbox
  replay <context> --all [--of <subscription>] [--force]
                                                puts all back, the oldest first, or those of one subscription
  discard <context> <id> <subscription>         deletes one for good
  refused <context>                             what could not be sent: refused, or waiting behind such a one of its key
  replay <context> <id> [--force]               puts one, and what waited behind it, back into the outbox
  discard <context> <id>                        deletes one for good: nobody ever hears of it
  republish <context> --to <subscriber> [--type <type> …] [--since <instant>]
                                                sends from the event log again, by default all that the subscriber
                                                subscribes to; what arrived before is not repeated
Works on DATABASE_URL or the context's own URL, otherwise on what this checkout serves. republish needs RABBITMQ_URL
while several deployables are placed.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h' },
    force: { type: 'boolean' },
    all: { type: 'boolean' },
    of: { type: 'string' },
    to: { type: 'string' },
    type: { type: 'string', multiple: true },
    since: { type: 'string' },
  },
});

async function main(): Promise<void> {
  const [command, context, id, subscription] = positionals;
  if (values.help || !command) return console.log(USAGE);
  if (!context) throw new Error(`Name a command and a context\n\n${USAGE}`);
  await onSomeDatabase(context, async () => {
    const database = new Database({ context, url: contextDatabaseUrl(context, process.env), poolSize: 2 });
    await database.connect();
    try {
      await run(command, database, id, subscription);
    } finally {
      await database.close();
    }
  });
}

async function run(command: string, database: Database, id?: string, subscription?: string): Promise<void> {
  if (command === 'depths') console.table(await depthsOf(database));
  else if (command === 'republish') await republish(database);
  else if (command === 'refused') await listRefused(database);
  else if (command === 'dead') await listDead(database);
  else if (command !== 'replay' && command !== 'discard')
    throw new Error(`"${command}" is no command\n\n${USAGE}`);
  else if (command === 'replay' && values.all) await replayAllDead(database);
  else if (!id) throw new Error(`Name the message: ${command} ${database.context} <id> [<subscription>]`);
  else if (subscription) await settleDead(command, database, id, subscription);
  else await settleRefused(command, database, id);
}

async function listDead(database: Database): Promise<void> {
  for (const letter of await deadLetters(database).list()) {
    console.log(
      `${letter.id} ${letter.subscription}\n  ${letter.type}, key ${letter.key}, ${letter.attempts} attempts, dead since ${letter.deadAt.toISOString()}\n  ${letter.error}`,
    );
  }
}

async function listRefused(database: Database): Promise<void> {
  for (const message of await refusedMessages(database).list()) {
    console.log(
      `${message.id}\n  ${message.type}, key ${message.key}, dead since ${message.deadAt.toISOString()}\n  ${message.reason}`,
    );
  }
}

async function settleDead(
  command: 'replay' | 'discard',
  database: Database,
  id: string,
  subscription: string,
): Promise<void> {
  const letters = deadLetters(database);
  const done =
    command === 'replay'
      ? await letters.replay(id, subscription, { force: values.force ?? false })
      : await letters.discard(id, subscription);
  if (!done) throw new Error('There is no such dead letter');
  console.log(command === 'replay' ? 'It is in the inbox again' : 'It is gone');
}

async function replayAllDead(database: Database): Promise<void> {
  const { of: subscription, force } = values;
  const { replayed, left } = await deadLetters(database).replayAll({ subscription, force });
  console.log(`${replayed} in the inbox again, ${left.length} left where they were`);
  for (const { message } of left) console.log(message);
}

async function settleRefused(command: 'replay' | 'discard', database: Database, id: string): Promise<void> {
  const refused = refusedMessages(database);
  const done =
    command === 'replay'
      ? await refused.replay(id, { force: values.force ?? false })
      : Number(await refused.discard(id));
  if (done === 0)
    throw new Error('No such message was refused; a dead letter is named with its subscription as well');
  console.log(
    command === 'replay' ? `${done} in the outbox again, that one and what waited behind it` : 'It is gone',
  );
}

const deadLetters = (database: Database) => new DeadLetters(database, () => tell(database, 'inbox'));
const refusedMessages = (database: Database) => new RefusedMessages(database, () => tell(database, 'outbox'));

/** Processes at work look by themselves every few seconds, and at once when told. */
const tell = (database: Database, notice: 'inbox' | 'outbox'): void =>
  void database
    .query('SELECT pg_notify($1, $2)', [`banyan_${database.context}`, notice])
    .catch(() => undefined);

async function republish(database: Database): Promise<void> {
  if (!values.to) throw new Error('Say to which context: --to <subscriber>');
  const since = values.since === undefined ? undefined : new Date(values.since);
  if (since && Number.isNaN(since.getTime()))
    throw new Error(`--since ${values.since} is no instant; write 2026-11-21T08:00:00Z`);
  const subscriber = new Database({
    context: values.to,
    url: contextDatabaseUrl(values.to, process.env),
    poolSize: 2,
  });
  const transport = await transportTo(subscriber);
  try {
    const sent = await new EventLog(database, transport).republish({
      to: values.to,
      types: values.type ?? subscribedBy(values.to),
      since,
      onProgress: (so) => process.stderr.write(`\r${so} sent`),
    });
    console.log(`\r${sent} events of ${database.context} were sent to ${values.to}`);
  } finally {
    await transport.close();
    await subscriber.close();
  }
}

/** The types that a context subscribes to: whatever else it is sent, it would keep for nobody. */
const subscribedBy = (context: string): string[] =>
  Object.values(loadMessageMap().contexts[context]?.subscribes ?? {}).flat();

async function transportTo(subscriber: Database): Promise<Transport> {
  const map = loadMessageMap();
  const addressed = (type: string) => subscribersOf(map, type);
  const several = Object.keys(loadTopology().deployables).length > 1;
  if (several) {
    const url = process.env['RABBITMQ_URL'];
    if (!url) throw new Error('Set RABBITMQ_URL: with several deployables, messages go over RabbitMQ');
    const transport = new RabbitTransport({
      url,
      prefix: process.env['RABBITMQ_PREFIX'],
      subscribersOf: addressed,
      name: 'banyan republish',
    });
    await transport.open();
    return transport;
  }
  const transport = new InProcessTransport({ subscribersOf: addressed });
  await subscriber.connect();
  const receiver = new Receiver(subscriber, () => tell(subscriber, 'inbox'));
  await transport.receive(subscriber.context, (messages) => receiver.store(messages));
  return transport;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
