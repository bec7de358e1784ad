import { interleave, median, quantile, type Rounds } from '../measuring';
import { type Buying, Buyers } from '../buyers';
import { absent, type Line, linesOf } from '../report';
import type { Scenario } from '../scenario';
import { openShop } from '../shop';

const TOGETHER = 16;
const ONE = 'one process';
const SEVEN = 'seven processes';

/** What it costs to run seven processes instead of one: the same orders, from placing to completed, in both. */
export const distribution: Scenario = {
  title: 'Orders to their completion, in one process and in seven',
  async run(bench) {
    const orders = Math.ceil(bench.roundMs / 8);
    const broker = await bench.privateBroker();
    const opened = [
      { name: ONE, shop: await openShop(bench) },
      { name: SEVEN, shop: await openShop(bench, { apart: true, broker }) },
    ];
    const measured = new Map<string, Buying[]>();
    const contenders = [];
    for (const { name, shop } of opened) {
      bench.say(`${orders} customers sign up (${name})`);
      const buyers = await Buyers.of(shop, { orders, together: TOGETHER });
      const all: Buying[] = [];
      measured.set(name, all);
      contenders.push({
        name,
        async round(): Promise<number> {
          bench.say(`${orders} orders (${name})`);
          all.push(await buyers.buy());
          return all.at(-1)!.perSecond;
        },
      });
    }
    await interleave(contenders, bench.rounds);
    for (const { shop } of opened) await shop.stop();

    /** Of the rounds that count. */
    const each = (of: (buying: Buying) => number, suffix = ''): Rounds =>
      new Map([...measured].map(([name, all]) => [name + suffix, all.slice(1).map(of)]));
    const compared = (what: string, unit: string, of: (buying: Buying) => number): Line[] => {
      const rounds = each(of);
      const lines = linesOf(rounds, unit).map((line) => ({ ...line, name: `${what}: ${line.name}` }));
      const times = rounds.get(SEVEN)!.map((value, round) => value / rounds.get(ONE)![round]!);
      if (lines.some(({ value }) => Number.isNaN(value)))
        return [absent(what, 'cannot be told of a server that is not on this machine, or not on Linux')];
      return [...lines, { name: `${what}: seven, times one`, unit: '', value: median(times) }];
    };
    const again = [...measured.values()].flat().reduce((sum, { triedAgain }) => sum + triedAgain, 0);
    return {
      lines: [
        ...compared('completed orders', '/s', ({ perSecond }) => perSecond),
        ...compared('POST /orders, p50', 'ms', ({ answeredMs }) => quantile(answeredMs, 0.5)),
        ...compared('POST /orders, p99', 'ms', ({ answeredMs }) => quantile(answeredMs, 0.99)),
        ...compared('CPU of the shop, per order', 'ms', ({ shopCpuMs }) => shopCpuMs / orders),
        ...compared('CPU of PostgreSQL, per order', 'ms', ({ postgresCpuMs }) => postgresCpuMs / orders),
        ...linesOf(
          new Map([
            [
              'CPU of RabbitMQ, per order: seven processes',
              measured
                .get(SEVEN)!
                .slice(1)
                .map(({ brokerCpuMs }) => brokerCpuMs / orders),
            ],
          ]),
          'ms',
        ),
        ...compared('memory of the shop', 'MiB', ({ residentMiB }) => residentMiB),
        ...compared(
          'memory of the shop, per completed order/s',
          'MiB',
          ({ residentMiB, perSecond }) => residentMiB / perSecond,
        ),
      ],
      targets: [],
      notes: [
        `${orders} orders a round, ${TOGETHER} at a time, each with its stock, payment, parcel and mails; carriers take no time.`,
        'The rate is that of a round until its last order is completed; CPU is counted until all messages are handled too.',
        'Memory is resident, of all processes of the shop together. Counted are the shop, PostgreSQL with all its processes, and a RabbitMQ of its own;',
        'not counted are the payment provider and the buyers, who share the two cores with them.',
        `${again === 0 ? 'No order' : `${again} orders`} had to be sent again because a context did not answer in time (503).`,
      ],
    };
  },
};
