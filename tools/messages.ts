import { subscribersOf } from '@banyan/contracts';
import { loadMessageMap, loadTopology } from '@banyan/hosting';
import {
  DeadLetters,
  depthsOf,
  EventLog,
  InProcessTransport,
  RabbitTransport,
  Receiver,
  type Transport,
} from '@banyan/messaging';
import { contextDatabaseUrl, Database } from '@banyan/persistence';
import { parseArgs } from 'node:util';

const USAGE = `npm run messages -- <command>

  depths <context>                              how much waits, and for how long
  dead <context>                                dead letters, the latest first, with their stories
  replay <context> <id> <subscription> [--force]  puts one back into the inbox
  discard <context> <id> <subscription>         deletes one for good
  republish <context> --to <subscriber> [--type <type> …] [--since <instant>]
                                                sends from the event log again; what arrived before is not repeated
Needs DATABASE_URL or the context's own URL, and RABBITMQ_URL for republish while several deployables are placed.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h' },
    force: { type: 'boolean' },
    to: { type: 'string' },
    type: { type: 'string', multiple: true },
    since: { type: 'string' },
  },
});

async function main(): Promise<void> {
  const [command, context, id, subscription] = positionals;
  if (values.help || !command || !context) return console.log(USAGE);
  const database = new Database({ context, url: contextDatabaseUrl(context, process.env), poolSize: 2 });
  await database.connect();
  try {
    await run(command, database, id, subscription);
  } finally {
    await database.close();
  }
}

async function run(command: string, database: Database, id?: string, subscription?: string): Promise<void> {
  // Processes at work look by themselves every few seconds, and at once when told.
  const tell = () =>
    void database
      .query('SELECT pg_notify($1, $2)', [`banyan_${database.context}`, 'inbox'])
      .catch(() => undefined);
  const letters = new DeadLetters(database, tell);
  const named = (): [string, string] => {
    if (id && subscription) return [id, subscription];
    throw new Error(`Name the dead letter: ${command} ${database.context} <id> <subscription>`);
  };
  if (command === 'depths') console.table(await depthsOf(database));
  else if (command === 'dead') {
    for (const letter of await letters.list()) {
      console.log(
        `${letter.id} ${letter.subscription}\n  ${letter.type}, key ${letter.key}, ${letter.attempts} attempts, dead since ${letter.deadAt.toISOString()}\n  ${letter.error}`,
      );
    }
  } else if (command === 'replay')
    report(await letters.replay(...named(), { force: values.force ?? false }), 'is in the inbox again');
  else if (command === 'discard') report(await letters.discard(...named()), 'is gone');
  else if (command === 'republish') await republish(database);
  else throw new Error(`"${command}" is no command\n\n${USAGE}`);
}

function report(done: boolean, what: string): void {
  if (!done) throw new Error('There is no such dead letter');
  console.log(`It ${what}`);
}

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
      types: values.type,
      since,
      onProgress: (so) => process.stderr.write(`\r${so} sent`),
    });
    console.log(`\r${sent} events of ${database.context} were sent to ${values.to}`);
  } finally {
    await transport.close();
    await subscriber.close();
  }
}

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
  const receiver = new Receiver(
    subscriber,
    () =>
      void subscriber
        .query('SELECT pg_notify($1, $2)', [`banyan_${subscriber.context}`, 'inbox'])
        .catch(() => undefined),
  );
  await transport.receive(subscriber.context, (messages) => receiver.store(messages));
  return transport;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
