import type { Duplex } from 'node:stream';
import { type ChannelModel, connect, type SocketOptions } from 'amqplib';

const CONNECT_WITHIN_MS = 5_000;

/** Opens one connection, handshake included, within five seconds. Rejects when that fails. */
export async function connectTo(options: {
  readonly url: string;
  readonly name: string;
  readonly heartbeatSeconds?: number;
}): Promise<ChannelModel> {
  const url = new URL(options.url);
  if (!url.searchParams.has('heartbeat'))
    url.searchParams.set('heartbeat', String(options.heartbeatSeconds ?? 3));
  const model = await connect(url.href, {
    timeout: CONNECT_WITHIN_MS,
    writableHighWaterMark: 256 * 1024,
    noDelay: true,
    keepAlive: true,
    keepAliveDelay: 5_000,
    clientProperties: { connection_name: options.name },
  } as SocketOptions);
  model.on('error', () => undefined);
  corkWrites(model);
  return model;
}

/** Lets everything that one turn of the event loop writes leave in one system call; amqplib takes one per message. */
function corkWrites(model: ChannelModel): void {
  const { stream } = model.connection as unknown as { stream: Duplex };
  const write = stream.write;
  let corked = false;
  stream.write = function (this: Duplex, ...args: Parameters<Duplex['write']>) {
    if (!corked) {
      corked = true;
      stream.cork();
      process.nextTick(() => {
        corked = false;
        stream.uncork();
      });
    }
    return write.apply(stream, args);
  } as Duplex['write'];
}

/**
 * Lets go of the socket for good. amqplib only ends it, and a socket whose peer is gone would then linger, and keep the
 * process alive, until the kernel gives up. Needs an `error` listener on the model.
 */
export function destroySocket(model: ChannelModel): void {
  const { stream } = model.connection as unknown as { stream?: { destroy(error: Error): void } };
  // With an error, or amqplib would not notice before its heartbeat does.
  stream?.destroy(new Error('closed'));
}

/** `127.0.0.1:5672`, without credentials. @throws TypeError when the URL is none for a broker. */
export function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'amqp:' && parsed?.protocol !== 'amqps:')
    throw new TypeError('The broker URL must look like amqp://user:password@host:5672');
  return parsed.host;
}
