import type { Channel } from 'amqplib';
import { connectTo, destroySocket, placeOf } from '../connection/connecting';
import { reasonOf } from '../connection/broker-connection';

/** What operators are told when the broker refuses or is away. */
export class BrokerRefusal extends Error {}

/**
 * Runs `work` with a way to get channels on a connection of its own; a channel that an error closed is replaced.
 * @throws BrokerRefusal when there is no connection
 */
export async function withChannel<T>(
  url: string,
  work: (channel: () => Promise<Channel>) => Promise<T>,
): Promise<T> {
  const model = await connectTo({ url, name: 'banyan topology', heartbeatSeconds: 10 }).catch((error) => {
    throw new BrokerRefusal(`No connection to the broker at ${placeOf(url)}: ${reasonOf(error)}`);
  });
  let current: Channel | undefined;
  try {
    return await work(async () => {
      if (current) return current;
      const channel = await model.createChannel();
      channel.on('error', () => undefined);
      channel.once('close', () => {
        if (current === channel) current = undefined;
      });
      return (current = channel);
    });
  } finally {
    // Its close would otherwise overtake what the channel has buffered.
    await current?.close().catch(() => undefined);
    await model.close().catch(() => undefined);
    destroySocket(model);
  }
}
