import { type MessageMap, subscribersOf } from '@banyan/contracts';
import {
  applyTopology,
  InProcessTransport,
  RabbitTransport,
  removeTopology,
  type Transport,
} from '@banyan/messaging';
import type { Bench } from './scenario';

export const inProcessTransport = async (map: MessageMap): Promise<Transport> =>
  new InProcessTransport({ subscribersOf: (type) => subscribersOf(map, type) });

/** Over a broker, with queues of the scenario's own that end with it. */
export const rabbitTransport =
  (bench: Bench, { url, prefix }: { readonly url: string; readonly prefix: string }) =>
  async (map: MessageMap): Promise<Transport> => {
    await applyTopology({ url, prefix, map });
    bench.after(() => removeTopology({ url, prefix, map }));
    return new RabbitTransport({ url, prefix, subscribersOf: (type) => subscribersOf(map, type) });
  };
