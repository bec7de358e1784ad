import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hold, root, type Hold } from './keeping';
import { answersAt, type BrokerWay, type RabbitInfo, type RabbitOptions } from './private-rabbit';

/** A RabbitMQ to work with, for as long as this process lives or until it leaves. */
export interface Broker {
  readonly url: string;
  /** Where it was found: `RABBITMQ_URL`, `localhost`, or how a broker of our own was had. */
  readonly found: 'RABBITMQ_URL' | 'localhost' | BrokerWay;
  /** False where others may use it too, so that names need a prefix. */
  readonly ours: boolean;
  /** Where it is ours, resolves when the last user's leaving has stopped it; otherwise at once. */
  leave(): Promise<void>;
}

/** A broker of the caller's own, to be stopped, killed and alarmed at will. */
export interface PrivateBroker {
  readonly url: string;
  /** In good order. */
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** Again, on the same port and data. Resolves when it answers. */
  start(): Promise<void>;
  /** Runs rabbitmqctl and resolves with what it printed, in one or two seconds: `ctl('set_vm_memory_high_watermark', '0')`. */
  ctl(...args: string[]): Promise<string>;
  leave(): Promise<void>;
}

const LOCAL = 'amqp://guest:guest@127.0.0.1:5672';

/**
 * A broker for development and tests, from the first of: RABBITMQ_URL; one that answers guest/guest on localhost; one of
 * this checkout's own, shared by its processes (`rabbitmq-server` from the PATH, Docker, Debian's packages).
 * @throws Error one sentence that says how to get one, where none can be had
 */
export async function findBroker(): Promise<Broker> {
  const elsewhere = async (): Promise<void> => undefined;
  const given = process.env.RABBITMQ_URL;
  if (given) return { url: given, found: 'RABBITMQ_URL', ours: false, leave: elsewhere };
  if (!onlyWay() && (await answersAt(LOCAL)))
    return { url: LOCAL, found: 'localhost', ours: false, leave: elsewhere };
  const held = await holdRabbit(join(root, '.data', 'rabbitmq'), false);
  return { url: held.info.url, found: held.info.way, ours: true, leave: () => held.leave() };
}

/** A fresh broker on a free port, gone without a trace when its user has left or died. */
export async function privateBroker(): Promise<PrivateBroker> {
  const held = await holdRabbit(join(tmpdir(), `banyan-rabbitmq-${randomBytes(6).toString('hex')}`), true);
  const act = async (name: string): Promise<void> => void (await held.act(name));
  return {
    url: held.info.url,
    stop: () => act('stop'),
    kill: () => act('kill'),
    start: () => act('start'),
    ctl: async (...args) => String(await held.act('ctl', ...args)),
    leave: () => held.leave(),
  };
}

const holdRabbit = (folder: string, ephemeral: boolean): Promise<Hold<RabbitInfo>> =>
  hold({
    server: 'rabbitmq',
    folder,
    ephemeral,
    options: { packages: join(root, '.data', 'debian'), way: onlyWay() } satisfies RabbitOptions,
  });

/** BANYAN_BROKER restricts the search to one way of having a broker of our own. */
const onlyWay = (): BrokerWay | undefined => process.env.BANYAN_BROKER as BrokerWay | undefined;
