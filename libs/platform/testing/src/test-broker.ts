import { randomBytes } from 'node:crypto';
import { type Broker, findBroker, privateBroker, type PrivateBroker } from '@banyan/servers';
import { connect } from 'amqplib';

/** A corner of a broker that no other test uses. */
export interface TestBroker {
  readonly url: string;
  /** For the names of exchanges and queues: `<prefix>.events`, `<prefix>.orders`, `<prefix>.requests.orders`. */
  readonly prefix: string;
  /** Deletes those, for the contexts given to `testBroker`, and whatever else is named. */
  drop(names?: {
    readonly queues?: readonly string[];
    readonly exchanges?: readonly string[];
  }): Promise<void>;
}

const SHOP = ['users', 'catalog', 'inventory', 'orders', 'payments', 'shipping', 'notifications'];

let broker: Promise<Broker> | undefined;

/**
 * A unique prefix on the run's broker, which is looked for on first use and shared by all test processes.
 * The caller drops it: `afterAll(() => broker.drop())`. AMQP cannot list queues, so `contexts` must name those that the
 * test declares. (Default: those of the shop)
 * @throws Error one sentence that says how to get a broker, where none can be had: such suites fail, they are not skipped
 */
export async function testBroker(contexts: readonly string[] = SHOP): Promise<TestBroker> {
  const { url } = await (broker ??= findBroker());
  const prefix = `banyan-test-${randomBytes(5).toString('hex')}`;
  return {
    url,
    prefix,
    async drop({ queues = [], exchanges = [] } = {}) {
      const connection = await connect(url);
      connection.on('error', () => undefined);
      const channel = await connection.createChannel();
      for (const context of contexts) {
        await channel.deleteQueue(`${prefix}.${context}`);
        await channel.deleteQueue(`${prefix}.requests.${context}`);
      }
      for (const queue of [`${prefix}.dead`, ...queues]) await channel.deleteQueue(queue);
      for (const exchange of [`${prefix}.events`, `${prefix}.dead`, ...exchanges])
        await channel.deleteExchange(exchange);
      await connection.close();
    },
  };
}

/** A broker that this test may stop, kill and alarm. Starts in five to ten seconds; leave it in `afterAll`. */
export { privateBroker, type PrivateBroker };
