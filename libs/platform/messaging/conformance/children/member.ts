/*
 * A process with one or more contexts of the story, that can be told to die at a failpoint.
 *
 *   node -r ./tools/dev/register.js …/member.ts
 *
 * Its settings are the first message; until they come it only waits, with everything loaded.
 */
import { subscribersOf } from '@banyan/contracts';
import { failpoints, type Receiver } from '@banyan/messaging';
import { Logger } from '@nestjs/common';
import { QueueDrain, RabbitRequests, RabbitTransport } from '../../src/rabbitmq';
import { Grove, type Ground, inOneProcess, TestPlacement } from '../grove';
import { Chance } from './chance';
import type { Armed, Command, MemberSettings, Report } from './commands';
import { CONTEXTS, Counting, policies, Poured, WeighOrder } from './story';

let settings: MemberSettings;
let armed: Armed | undefined;
const tell = (report: Report): void => void (process.connected && process.send?.(report));

process.on('disconnect', () => process.exit(1));
process.on('uncaughtException', (error) => {
  tell({ is: 'broken', reason: error.stack ?? error.message });
  process.exit(1);
});
process.on('unhandledRejection', (error) => {
  tell({ is: 'broken', reason: `unhandled: ${(error as Error)?.stack ?? String(error)}` });
  process.exit(1);
});

const hits: Record<string, number> = {};
let dying = false;

/** What passes the point at which it is to die waits for the end. */
function pass(name: string): Promise<void> | undefined {
  hits[name] = (hits[name] ?? 0) + 1;
  if (armed?.point !== name) return undefined;
  armed.at -= 1;
  if (armed.at > 0) return undefined;
  dying = true;
  if (armed.afterMs) setTimeout(() => process.kill(process.pid, 'SIGKILL'), armed.afterMs);
  else process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

/** Where this process finds what a former placement left at the broker. */
function drainOf(grove: Grove): QueueDrain | undefined {
  const { former, here } = settings;
  if (former?.kind !== 'rabbitmq') return undefined;
  const receivers = (): Map<string, Receiver> =>
    new Map(here.map((context) => [context, grove.context(context).messaging.receiver]));
  return new QueueDrain({
    ...former,
    get receivers() {
      return receivers();
    },
  });
}

async function run(): Promise<void> {
  const { ground, here, transport, revision = 1, deployable = 'monolith', seed } = settings;
  const placement = new TestPlacement([...CONTEXTS], transport.kind, revision, deployable, here);
  let drain: QueueDrain | undefined;
  const logger = settings.talks ? new Logger('broker') : undefined;
  const broker = transport.kind === 'rabbitmq' && {
    ...transport,
    ...transport.options,
    name: deployable,
    logger,
  };

  const grove = await Grove.start({
    ground: ground as Ground,
    policies: (grown) => policies(grown, settings.reservingMs),
    answers: { orders: [{ contract: WeighOrder, answer: async ({ n }: any) => ({ grams: n * 100 }) }] },
    here,
    // Several processes share a server that tests of others use as well.
    poolSize: 5,
    placement,
    parts: (grown) => {
      drain ??= drainOf(grown);
      return { emptyFormerTransport: async (former) => (former === 'rabbitmq' ? drain?.empty() : undefined) };
    },
    wiring: broker
      ? {
          name: 'rabbitmq',
          apart: false,
          transport: (map) =>
            new RabbitTransport({
              ...broker,
              subscribersOf: (type) => subscribersOf(map, type),
              subscribers: () => Object.keys(map.contexts),
            }),
          requests: () => new RabbitRequests(broker),
        }
      : inOneProcess,
    options: {
      tickMs: 250,
      ...settings.options,
      dispatcher: { pollMs: 1_000, ...settings.options?.dispatcher },
    },
  });
  let counting: Counting | undefined;

  process.on('message', (command: Command) => {
    if (command.do === 'arm') {
      ({ armed } = command);
      // Who is about to die is not to be taken for alive.
      if (!dying) tell({ is: 'armed' });
    } else if (command.do === 'count') {
      if (here.includes('orders') && (counting?.resting ?? true))
        counting = new Counting(grove.context('orders'), command, new Chance(seed));
    } else if (command.do === 'pour')
      void grove.context('orders').publish(Poured({ orderId: 'bitter', n: 1 }));
    else if (command.do === 'republish')
      void grove
        .context(command.from)
        .messaging.eventLog.republish(command)
        .then((count) => tell({ is: 'republished', count }));
    else if (command.do === 'rest') {
      void Promise.resolve(counting?.stop()).then(() => {
        counting = undefined;
        tell({ is: 'resting' });
      });
    } else void stop();
  });

  async function stop(): Promise<void> {
    await counting?.stop();
    const began = performance.now();
    await grove.stop();
    tell({ is: 'stopped', afterMs: performance.now() - began, hits });
    // Nothing may keep it alive now.
    process.removeAllListeners('disconnect');
    process.disconnect();
  }

  if (settings.count) counting = new Counting(grove.context('orders'), settings.count, new Chance(seed));
  const looking = setInterval(() => tell({ is: 'at', hits, problems: grove.problems() }), 100);
  looking.unref();
  await grove.ready().catch(() => undefined);
  tell({ is: 'ready' });
}

process.once('message', (given: MemberSettings) => {
  settings = given;
  ({ armed } = settings);
  if (!settings.talks) Logger.overrideLogger(['error']);
  if (settings.watched) failpoints.hit = pass;
  for (const guard of settings.guardsRemoved ?? []) failpoints.removedGuards.add(guard);
  void run();
});
