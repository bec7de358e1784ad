import { eventually } from '@banyan/testing';
import { commandsOf, Markdown } from './markdown';
import { Newcomer } from './newcomer';

jest.setTimeout(150_000);

const readme = new Markdown('README.md');
const blocks = readme.blocks('sh');

/** What a run of the tests cannot do itself, with the reason. */
const SKIPPED: Readonly<Record<string, string>> = {
  'npm ci': 'the modules that are installed here are linked instead',
  'npm test': 'it is what runs this',
};

let newcomer: Newcomer;
const typed = new Set<string>();
const skipped = new Set<string>();

beforeAll(async () => {
  newcomer = await Newcomer.arrive();
});
afterAll(() => newcomer?.leave());

/** Does what a block of the README says, and answers what its commands printed. */
async function follow(block: string): Promise<string> {
  let printed = '';
  for (const command of commandsOf(block)) {
    const served = /^npx nx serve (\S+)$/.exec(command)?.[1];
    if (command in SKIPPED) skipped.add(command);
    else if (served) await newcomer.serve(served);
    else printed += `${await newcomer.type(command)}\n`;
  }
  typed.add(block);
  return printed;
}

/** The only block of the README in which this stands. */
function blockWith(words: string): string {
  const found = blocks.filter((block) => block.includes(words));
  if (found.length !== 1)
    throw new Error(`The README should have one block with ${words}, not ${found.length}`);
  return found[0]!;
}

/** Statuses and JSON bodies of what curl printed, in order. */
const answersIn = (printed: string): { status: number; body: any }[] =>
  printed
    .split(/^HTTP\/\S+ /m)
    .slice(1)
    .map((answer) => ({
      status: Number(answer.slice(0, 3)),
      body: JSON.parse(answer.slice(answer.search(/\r?\n\r?\n/)).trim()),
    }));

/** The README's walk through the shop; answers the orders as they are in the end. */
async function shop(): Promise<{ id: string; status: string }[]> {
  const walk = blockWith('/api/v1/orders');
  const [found, cart, order, listed, told] = answersIn(await follow(walk));

  expect(found).toMatchObject({ status: 200, body: { items: [{ sku: 'TEA-ASSAM-125' }] } });
  expect(cart).toMatchObject({ status: 200, body: { items: [{ sku: 'TEA-ASSAM-125', quantity: 2 }] } });
  expect(order).toMatchObject({
    status: 202,
    body: { status: 'placed', total: { amount: 2240, currency: 'EUR' } },
  });
  expect(listed!.body.items.map(({ id }: { id: string }) => id)).toContain(order!.body.id);
  expect(told).toMatchObject({ status: 200, body: { items: expect.any(Array) } });
  return eventually(
    async () => {
      const orders = await ordersNow();
      const ordered = orders.find(({ id }) => id === order!.body.id);
      if (ordered?.status !== 'completed') throw new Error(`Not completed: ${JSON.stringify(ordered)}`);
      return orders;
    },
    { timeoutMs: 20_000, everyMs: 250 },
  );
}

/** The walk's look at the orders, once more. */
async function ordersNow(): Promise<{ id: string; status: string }[]> {
  const look = commandsOf(blockWith('/api/v1/orders')).find((command) =>
    /\/orders -H "\$AUTH"$/.test(command),
  );
  const [answer] = answersIn(await newcomer.type(look!));
  return answer!.body.items;
}

describe('Following the README', () => {
  it('opens the shop and buys tea in it', async () => {
    await follow(blockWith('nx serve monolith'));

    expect(await shop()).toHaveLength(1);
  });

  it('takes orders out of a shop that stays open at the same address', async () => {
    const before = newcomer.serving.get('monolith')!.output.length;

    await follow(blockWith('@banyan/tools:extract orders'));
    await newcomer.serving.get('monolith')!.says(/messages go rabbitmq/, { since: before });

    expect(newcomer.topology).toEqual(extraction().after);
    expect(await shop()).toHaveLength(2);
  });

  it('puts orders back', async () => {
    const before = newcomer.serving.get('monolith')!.output.length;

    await follow(blockWith('@banyan/tools:absorb orders'));
    await newcomer.serving.get('orders-service')!.interrupt();
    await newcomer.serving.get('monolith')!.says(/messages go in-process/, { since: before });

    expect(newcomer.topology).toMatchObject({ deployables: extraction().before.deployables });
    expect(await shop()).toHaveLength(3);
  });

  it('leaves no process behind on Ctrl-C, and finds yesterday’s orders again', async () => {
    await newcomer.serving.get('monolith')!.interrupt();
    await nothingRuns();

    await newcomer.serve('monolith');
    expect((await ordersNow()).map(({ status }) => status)).toEqual(Array(3).fill('completed'));

    await newcomer.serving.get('monolith')!.interrupt();
    await nothingRuns();
    expect(newcomer.databaseLog).not.toContain('not properly shut down');
  });

  it('has nothing in it that was not tried, but for what brought us here', async () => {
    for (const block of blocks)
      if (commandsOf(block).every((command) => command in SKIPPED)) await follow(block);

    expect(blocks.filter((block) => !typed.has(block))).toEqual([]);
    expect([...skipped].sort()).toEqual(Object.keys(SKIPPED).sort());
  });
});

/** But for the terminal in which commands are typed. */
const nothingRuns = (): Promise<unknown> =>
  eventually(() => expect(newcomer.processes()).toEqual([expect.stringContaining('bash')]), {
    timeoutMs: 5_000,
    everyMs: 100,
  });

/** What the README says that an extraction changes in topology.json. */
function extraction(): { before: any; after: any } {
  const lines = readme
    .blocks('diff')[0]!
    .split('\n')
    .filter((line) => !line.includes('//  ') && !/^.\/\/ /.test(line));
  const side = (sign: string) =>
    JSON.parse(
      lines
        .filter((line) => line.startsWith(sign) || line.startsWith(' '))
        .map((line) => line.slice(1))
        .join('\n'),
    );
  return { before: side('-'), after: side('+') };
}
