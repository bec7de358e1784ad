import { request } from '@banyan/contracts';
import { Answering, type Placement, RabbitRequests, RequestGateway } from '@banyan/messaging';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandBus, CommandHandler, CqrsModule } from '@nestjs/cqrs';
import { connect } from 'amqplib';
import { z } from 'zod';
import { interleave, perSecond, ratio } from '../measuring';
import { absent, linesOf } from '../report';
import type { Bench, Scenario } from '../scenario';
import { moleculerCalls, nestRmq } from './requests-peers';

const AT_A_TIME = 100;

const QuotePrices = request('catalog.quote-prices.v1', {
  request: { skus: z.array(z.string()) },
  reply: { prices: z.array(z.object({ sku: z.string(), amount: z.int(), currency: z.string() })) },
});
type Quote = { readonly skus: readonly string[] };

export const question: Quote = { skus: ['MUG-BLUE', 'POT-CAST'] };
export const quote = async ({ skus }: Quote) => ({
  prices: skus.map((sku) => ({ sku, amount: 1290, currency: 'EUR' })),
});

class Ask {
  constructor(readonly skus: readonly string[]) {}
}
@CommandHandler(Ask)
class AskHandler {
  execute = (command: Ask) => quote(command);
}
@Module({ imports: [CqrsModule.forRoot()], providers: [AskHandler] })
class AskModule {}

/** What a question costs, near and far. */
export const requests: Scenario = {
  title: `Requests, ${AT_A_TIME} at a time`,
  async run(bench) {
    const broker = await bench.broker();
    const near = gateway(true);
    const far = await remote(bench, broker);
    const raw = await directReplyTo(bench, broker);
    const app = await NestFactory.createApplicationContext(AskModule, { logger: false });
    const bus = app.get(CommandBus);
    const rmq = await nestRmq(bench, broker);
    const moleculer = await moleculerCalls(bench, broker);

    const local: Record<string, (() => Promise<unknown>) | undefined> = {
      'a bare call': () => quote(question),
      'Nest CommandBus': () => bus.execute(new Ask(question.skus)),
      'Banyan, near': () => near.ask(QuotePrices, { skus: [...question.skus] }),
      'Moleculer, near': moleculer?.near,
    };
    const distant: Record<string, (() => Promise<unknown>) | undefined> = {
      'raw amqplib, direct reply-to': raw,
      'Banyan, far': () => far.ask(QuotePrices, { skus: [...question.skus] }),
      'Nest RMQ transport': rmq,
      'Moleculer, AMQP': moleculer?.far,
    };
    const contenders = (calls: typeof local, ms: number) =>
      Object.entries(calls).flatMap(([name, call]) =>
        call ? [{ name, round: () => perSecond(ms, AT_A_TIME, call) }] : [],
      );
    const nearRounds = await interleave(contenders(local, bench.roundMs / 5), bench.rounds);
    const farRounds = await interleave(contenders(distant, bench.roundMs), bench.rounds);
    await app.close();
    const missing = Object.entries({ ...local, ...distant }).filter(([, call]) => !call);
    return {
      lines: [
        ...linesOf(nearRounds, 'calls/s'),
        ...linesOf(farRounds, 'calls/s'),
        ...missing.map(([name]) => absent(name, 'it is not installed')),
      ],
      targets: [
        {
          what: 'far, of raw amqplib',
          value: ratio(farRounds, 'Banyan, far', 'raw amqplib, direct reply-to'),
          atLeast: 0.85,
        },
        ...(rmq
          ? [
              {
                what: "times Nest's RMQ transport",
                value: ratio(farRounds, 'Banyan, far', 'Nest RMQ transport'),
                atLeast: 2,
              },
            ]
          : []),
      ],
      notes: [
        'Asker and answerer share a process, so that both ends are counted; Moleculer, far, has two brokers in it. ' +
          'Banyan validates request and reply on both sides, near as well, and hands frozen copies over; a bare call and a CommandBus hand references over.',
      ],
    };
  },
};

function gateway(here: boolean, transport?: RabbitRequests): RequestGateway {
  const placement: Placement = {
    revision: 1,
    deployable: 'bench',
    transport: here ? 'in-process' : 'rabbitmq',
    contexts: ['catalog'],
    isHere: () => here,
    urlOf: () => '',
  };
  const answering = answers();
  return new RequestGateway(placement, answering, transport);
}

function answers(): Answering {
  const answering = new Answering();
  answering.add({ contract: QuotePrices, answer: (asked) => quote(asked as Quote) });
  return answering;
}

async function remote(bench: Bench, broker: { url: string; prefix: string }): Promise<RequestGateway> {
  const transport = new RabbitRequests(broker);
  bench.after(() => transport.close());
  await transport.open();
  const answering = answers();
  await transport.serve('catalog', (envelope) => answering.answer(envelope));
  const asking = gateway(false, transport);
  while (transport.problems().length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  for (let tries = 0; tries < 100; tries++) {
    try {
      await asking.ask(QuotePrices, { skus: ['MUG-BLUE'] });
      break;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return asking;
}

/** The least that a request over the broker can be: JSON both ways, matched by correlation id. */
async function directReplyTo(bench: Bench, { url, prefix }: { url: string; prefix: string }) {
  const queue = `${prefix}.raw`;
  const [asking, answering] = [await connect(url), await connect(url)];
  bench.after(() => Promise.all([asking.close(), answering.close()]));
  const server = await answering.createChannel();
  await server.assertQueue(queue, { durable: true, autoDelete: true });
  await server.prefetch(200);
  await server.consume(queue, async (message) => {
    if (!message) return;
    const reply = await quote(JSON.parse(message.content.toString()) as Quote);
    const { replyTo, correlationId } = message.properties;
    server.sendToQueue(replyTo, Buffer.from(JSON.stringify(reply)), { correlationId });
    server.ack(message);
  });
  const client = await asking.createChannel();
  const open = new Map<string, (reply: unknown) => void>();
  await client.consume(
    'amq.rabbitmq.reply-to',
    (message) => {
      if (!message) return;
      open.get(message.properties.correlationId)?.(JSON.parse(message.content.toString()));
      open.delete(message.properties.correlationId);
    },
    { noAck: true },
  );
  let count = 0;
  return () =>
    new Promise<unknown>((resolve) => {
      const correlationId = String(count++);
      open.set(correlationId, resolve);
      client.sendToQueue(queue, Buffer.from(JSON.stringify(question)), {
        correlationId,
        replyTo: 'amq.rabbitmq.reply-to',
      });
    });
}
