import { ContextUnavailable } from '@banyan/contracts';
import { type Courier, eventually, TcpProxy } from '@banyan/testing';
import type { ReplyEnvelope, RequestEnvelope } from '../../transport/request-transport';
import { Corner, range } from '../testing/corner';
import { withChannel } from '../topology/with-channel';
import { RabbitRequests, type RabbitRequestsOptions } from './rabbit-requests';

/** Holds back that consuming began, until its end can be told in the same breath. Once, on the connection that answers. */
class Together {
  passed = false;

  constructor(private readonly endConsuming: () => Promise<unknown>) {}

  courier: Courier = (toClient, toServer) => {
    const [consumeOk, cancel] = [Buffer.from([0, 60, 0, 21]), Buffer.from([0, 60, 0, 30])];
    let held = Buffer.alloc(0);
    let answers = false;
    return {
      fromClient: (bytes) => {
        answers ||= bytes.includes('answering');
        toServer(bytes);
      },
      fromServer: (bytes) => {
        if (!answers || this.passed || (held.length === 0 && !bytes.includes(consumeOk)))
          return toClient(bytes);
        if (held.length === 0) void this.endConsuming();
        held = Buffer.concat([held, bytes]);
        if (!held.includes(cancel)) return;
        this.passed = true;
        toClient(held);
      },
      end: () => undefined,
    };
  };
}

describe('Asking over RabbitMQ', () => {
  let corner: Corner;
  let opened: RabbitRequests[];
  beforeEach(async () => {
    corner = await Corner.bare();
    opened = [];
  });
  afterEach(async () => {
    await Promise.all(opened.map((requests) => requests.close()));
    await corner.close();
  });

  const requests = async (options: Partial<RabbitRequestsOptions> = {}): Promise<RabbitRequests> => {
    const made = new RabbitRequests({
      url: corner.url,
      prefix: corner.prefix,
      heartbeatSeconds: 1,
      ...options,
    });
    opened.push(made);
    await made.open();
    return made;
  };
  const ready = (...all: RabbitRequests[]) =>
    eventually(() => all.every((made) => made.problems().length === 0));
  const question = (number: number): RequestEnvelope => ({
    type: 'birds.count.v1',
    data: `{"number":${number}}`,
  });
  const echo = async ({ data }: RequestEnvelope): Promise<ReplyEnvelope> => ({ ok: true, data });

  it('brings back each answer to its question', async () => {
    const [asker, server] = [await requests(), await requests()];
    await server.serve('birds', echo);
    await ready(asker, server);

    const answers = await Promise.all(
      range(0, 300).map((number) => asker.ask('birds', question(number), 5_000)),
    );

    expect(answers).toEqual(range(0, 300).map((number) => ({ ok: true, data: `{"number":${number}}` })));
  });

  it('brings back errors as they are, and takes the trace along', async () => {
    const [asker, server] = [await requests(), await requests()];
    const seen: RequestEnvelope[] = [];
    const replies: ReplyEnvelope[] = [
      { ok: false, code: 'birds.unknown', details: '{"sku":"ü"}' },
      { ok: false, unavailable: 'the database is away' },
    ];
    const left = [...replies];
    await server.serve('birds', async (request) => {
      seen.push(request);
      return left.shift()!;
    });
    await ready(asker, server);
    const asked = { ...question(1), traceparent: '00-1-2-01', correlationId: 'c' };

    expect(await asker.ask('birds', asked, 5_000)).toEqual(replies[0]);
    expect(await asker.ask('birds', question(2), 5_000)).toEqual(replies[1]);
    expect(seen).toEqual([asked, { ...question(2), traceparent: undefined, correlationId: undefined }]);
  });

  it('answers, too, when its queue goes with another instance in the moment in which it began to consume', async () => {
    const { hostname: host, port } = new URL(corner.url);
    const together = new Together(() =>
      withChannel(corner.url, async (channel) =>
        (await channel()).deleteQueue(corner.names.requestsOf('birds')),
      ),
    );
    const proxy = await TcpProxy.to({ host, port: Number(port || 5672) }, together.courier);
    const [asker, server] = [await requests(), await requests({ url: proxy.through(corner.url) })];

    await server.serve('birds', echo);
    await eventually(() => together.passed);

    const answer = await eventually(() => asker.ask('birds', question(1), 1_000));
    expect(answer).toEqual({ ok: true, data: '{"number":1}' });
    await server.close();
    await proxy.close();
  });

  it('says at once when nobody is there to answer', async () => {
    const asker = await requests();
    await ready(asker);
    const since = performance.now();

    await expect(asker.ask('birds', question(1), 5_000)).rejects.toThrow(
      new ContextUnavailable('birds', 'no instance of it is connected'),
    );

    expect(performance.now() - since).toBeLessThan(1_000);
  });

  it('gives up at the deadline, and ignores what comes later', async () => {
    const [asker, server] = [await requests(), await requests()];
    const finish: ((reply: ReplyEnvelope) => void)[] = [];
    await server.serve('birds', () => new Promise((resolve) => finish.push(resolve)));
    await ready(asker, server);

    await expect(asker.ask('birds', question(1), 100)).rejects.toThrow('no answer within 100 ms');
    const next = asker.ask('birds', question(2), 5_000);
    await eventually(() => finish.length === 2);
    finish[0]!({ ok: true, data: '"late"' });
    finish[1]!({ ok: true, data: '"in time"' });

    expect(await next).toEqual({ ok: true, data: '"in time"' });
  });

  it('answers no more at a time than it may, and nothing whose deadline has passed', async () => {
    const [asker, server] = [await requests(), await requests({ concurrency: 1, clockSkewMs: 0 })];
    const started: string[] = [];
    let finish: (() => void) | undefined;
    await server.serve('birds', async ({ data }) => {
      started.push(data);
      await new Promise<void>((resolve) => (finish = resolve));
      return { ok: true, data };
    });
    await ready(asker, server);

    const first = asker.ask('birds', question(1), 5_000);
    await eventually(() => started.length === 1);
    await expect(asker.ask('birds', question(2), 100)).rejects.toThrow('no answer within 100 ms');
    const third = asker.ask('birds', question(3), 5_000);
    finish!();
    await first;
    await eventually(() => started.length === 2);
    finish!();
    await third;

    expect(started).toEqual([question(1).data, question(3).data]);
  });

  it('fails at once while the broker is away, and comes back by itself on both sides', async () => {
    const { hostname: host, port } = new URL(corner.url);
    const proxy = await TcpProxy.to({ host, port: Number(port || 5672) });
    const url = proxy.through(corner.url);
    const [asker, server] = [await requests({ url }), await requests({ url })];
    let finish: (() => void) | undefined;
    await server.serve('birds', async (request) => {
      if (request.data === '"wait"') await new Promise<void>((resolve) => (finish = resolve));
      return echo(request);
    });
    await ready(asker, server);
    const inFlight = asker.ask('birds', { type: 'birds.count.v1', data: '"wait"' }, 60_000);
    const lost = expect(inFlight).rejects.toThrow(ContextUnavailable);

    await eventually(() => finish !== undefined);
    proxy.cut();
    await lost;
    finish!();
    await expect(asker.ask('birds', question(1), 60_000)).rejects.toThrow(/birds is unavailable: .*broker/);
    proxy.resume();

    await ready(asker, server);
    expect(await asker.ask('birds', question(2), 5_000)).toEqual({ ok: true, data: question(2).data });
    await Promise.all(opened.splice(0).map((made) => made.close()));
    await proxy.close();
  });

  it('answers what it has in hand before it stops, and leaves the rest to others', async () => {
    const [asker, one, other] = [await requests(), await requests(), await requests()];
    let finish: (() => void) | undefined;
    const serving = await one.serve('birds', async ({ data }) => {
      await new Promise<void>((resolve) => (finish = resolve));
      return { ok: true, data };
    });
    await ready(asker, one);
    const first = asker.ask('birds', question(1), 5_000);
    await eventually(() => finish !== undefined);
    await other.serve('birds', async () => ({ ok: true, data: '"other"' }));
    await ready(other);

    const stopped = serving.stop();
    const second = await eventually(() => asker.ask('birds', question(2), 500));
    finish!();
    await stopped;

    expect(await first).toEqual({ ok: true, data: question(1).data });
    expect(second).toEqual({ ok: true, data: '"other"' });
  });
});
