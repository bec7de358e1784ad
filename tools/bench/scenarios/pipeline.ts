import { Contexts } from '../contexts';
import { interleave, rate, ratio } from '../measuring';
import { insertWhenOrderPlaced } from '../orders';
import { linesOf } from '../report';
import type { Bench, Scenario } from '../scenario';
import { inProcessTransport, rabbitTransport } from '../transports';

const SUBSCRIBERS = ['billing', 'packing'];

/** From outboxes to handlers' commits, by both ways. */
export const pipeline: Scenario = {
  title: 'The whole pipeline over RabbitMQ and in process',
  async run(bench) {
    const count = bench.roundMs * 2;
    const near = await pipelineOf(bench, inProcessTransport);
    const far = await pipelineOf(bench, rabbitTransport(bench, await bench.broker()));
    const rounds = await interleave(
      [
        { name: 'in process', round: () => near(count) },
        { name: 'over RabbitMQ', round: () => far(count) },
      ],
      bench.rounds,
    );
    return {
      lines: linesOf(rounds, 'messages handled/s'),
      targets: [
        {
          what: 'RabbitMQ, of in process',
          value: ratio(rounds, 'over RabbitMQ', 'in process'),
          atLeast: 0.7,
        },
      ],
      notes: [
        'Two subscribers, one message per transaction; publisher, broker, subscribers and PostgreSQL on the same machine.',
      ],
    };
  },
};

async function pipelineOf(bench: Bench, transport: typeof inProcessTransport) {
  let handled = 0;
  const contexts = await Contexts.start(bench, {
    contexts: (all) => ({
      sales: [],
      ...Object.fromEntries(
        SUBSCRIBERS.map((name) => [
          name,
          [
            insertWhenOrderPlaced(
              () => all().of(name).database,
              () => handled++,
            ),
          ],
        ]),
      ),
    }),
    transport,
  });
  const { relay } = contexts.of('sales').messaging;
  return async (count: number): Promise<number> => {
    await relay.stop();
    await contexts.fill('sales', count);
    handled = 0;
    const began = performance.now();
    relay.start();
    await contexts.until(() => handled >= count * SUBSCRIBERS.length, 'handled');
    return rate(handled, began);
  };
}
