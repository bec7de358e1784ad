import { v7 as uuidv7 } from 'uuid';
import { interleave, median, rate, ratio } from '../measuring';
import { type Line, linesOf } from '../report';
import type { Bench, Scenario } from '../scenario';
import { openShop, type Shop } from '../shop';

const TOGETHER = 16;

/** What it costs to run seven processes instead of one: the same orders, from placing to completed, in both. */
export const distribution: Scenario = {
  title: 'Orders to their completion, in one process and in seven',
  async run(bench) {
    const orders = Math.round(bench.roundMs / 4);
    const one = await place(bench, await openShop(bench), orders);
    const seven = await place(bench, await openShop(bench, { apart: true }), orders);
    const rounds = await interleave(
      [
        { name: 'one process', round: one.round },
        { name: 'seven processes', round: seven.round },
      ],
      bench.rounds,
    );
    const lines: Line[] = [
      ...linesOf(rounds, 'completed orders/s'),
      { name: 'seven processes, of one', unit: '', value: ratio(rounds, 'seven processes', 'one process') },
      ...[one, seven].flatMap(({ cpuMs, memory }, n): Line[] => [
        {
          name: `${n === 0 ? 'one process' : 'seven processes'}: CPU per order`,
          unit: 'ms',
          value: median(cpuMs),
        },
        { name: `${n === 0 ? 'one process' : 'seven processes'}: memory`, unit: 'MiB', value: memory() },
      ]),
    ];
    await one.stop();
    await seven.stop();
    return {
      lines,
      targets: [],
      notes: [
        `${orders} orders a round, ${TOGETHER} at a time, each with its stock, payment, parcel and mails, until the last is completed; carriers take no time. CPU and memory are those of the shop's processes, without PostgreSQL, RabbitMQ and the provider, which share the two cores.`,
      ],
    };
  },
};

async function place(bench: Bench, shop: Shop, orders: number) {
  await shop.signUp(orders);
  const products = await shop.rows<{ sku: string }>('SELECT sku FROM catalog.products ORDER BY sku LIMIT 40');
  const cpuMs: number[] = [];
  let memory = 0;
  const used = async () => {
    const usages = await Promise.all(shop.processes.map((each) => each.usage()));
    memory = usages.reduce((sum, { residentMiB }) => sum + residentMiB, 0);
    return usages.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
  };
  const round = async (): Promise<number> => {
    await shop.fillCarts(products);
    const before = await used();
    const began = performance.now();
    let next = 0;
    const buy = async () => {
      for (let n = next++; n < orders; n = next++) {
        const { token, addressId } = shop.customers[n]!;
        const answer = await fetch(`${shop.served.url}/api/v1/orders`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'idempotency-key': uuidv7(),
          },
          body: JSON.stringify({ addressId, paymentToken: 'tok_ok' }),
        });
        if (answer.status !== 202)
          throw new Error(`an order was answered ${answer.status}: ${await answer.text()}`);
        await answer.arrayBuffer();
      }
    };
    await Promise.all(Array.from({ length: TOGETHER }, buy));
    while ((await shop.rows(`SELECT 1 FROM orders.orders WHERE status <> 'completed' LIMIT 1`)).length > 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const reached = rate(orders, began);
    cpuMs.push((((await used()) - before) * 1000) / orders);
    return reached;
  };
  return { round, cpuMs, memory: () => memory, stop: () => shop.stop() };
}
