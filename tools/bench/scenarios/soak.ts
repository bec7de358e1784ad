import { quantile } from '../measuring';
import type { Line } from '../report';
import type { Scenario } from '../scenario';
import { inProcessTransport, rabbitTransport } from '../transports';
import { delaysOf } from './latency';

const SLICES = 10;

/** Steady load for as long as somebody has patience: does anything grow? */
export const soak: Scenario = {
  title: 'Soak: 100 events/s over both transports at once',
  async run(bench) {
    const ways = {
      'in process': await delaysOf(bench, inProcessTransport),
      'over RabbitMQ': await delaysOf(bench, rabbitTransport(bench, await bench.broker())),
    };
    const slices: Record<string, number>[] = [];
    for (let slice = 0; slice < SLICES; slice++) {
      const measured: Record<string, number> = {};
      await Promise.all(
        Object.entries(ways).map(async ([name, delays]) => {
          const values = await delays(bench.roundMs);
          measured[`${name}, p50`] = quantile(values, 0.5);
          measured[`${name}, p99`] = quantile(values, 0.99);
        }),
      );
      global.gc?.();
      measured['memory'] = process.memoryUsage().rss / 2 ** 20;
      slices.push(measured);
      bench.say(`${slice + 1} of ${SLICES}: ${JSON.stringify(measured)}`);
    }
    const first = slices[1]!;
    const last = slices.at(-1)!;
    const lines = Object.keys(first).flatMap((name): Line[] => {
      const unit = name === 'memory' ? 'MiB' : 'ms';
      return [
        { name: `${name}, second tenth`, unit, value: first[name]! },
        { name: `${name}, last tenth`, unit, value: last[name]! },
      ];
    });
    return {
      lines,
      targets: [
        { what: 'memory, last by second tenth', value: last['memory']! / first['memory']!, atMost: 1.2 },
        ...Object.keys(ways).map((name) => ({
          what: `${name}, p50, last by second tenth`,
          value: last[`${name}, p50`]! / first[`${name}, p50`]!,
          atMost: 1.5,
        })),
      ],
      notes: [`${SLICES} times ${Math.round(bench.roundMs / 1000)} s; the first tenth warms up.`],
    };
  },
};
