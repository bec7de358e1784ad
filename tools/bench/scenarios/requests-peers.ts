import type { Bench } from '../scenario';
import { deleteFromBroker } from '../bench';
import { question, quote } from './requests';

interface Place {
  readonly url: string;
  readonly prefix: string;
}

/** Nest's own request-reply over RabbitMQ, as its documentation sets it up. */
export async function nestRmq(
  bench: Bench,
  { url, prefix }: Place,
): Promise<(() => Promise<unknown>) | undefined> {
  const microservices = bench.peer('@nestjs/microservices');
  const core = bench.peer('@nestjs/core');
  const common = bench.peer('@nestjs/common');
  const rxjs = bench.peer('rxjs');
  if (!microservices || !core || !common || !rxjs || !bench.peer('amqp-connection-manager')) return undefined;
  class Prices {
    quote = quote;
  }
  common.Controller()(Prices);
  const { prototype } = Prices as unknown as { prototype: Record<string, unknown> };
  prototype['answer'] = (asked: typeof question) => quote(asked);
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'answer')!;
  microservices.MessagePattern('quote-prices')(prototype, 'answer', descriptor);
  microservices.Payload()(prototype, 'answer', 0);
  class App {}
  common.Module({ controllers: [Prices] })(App);
  const options = {
    transport: microservices.Transport.RMQ,
    options: { urls: [url], queue: `${prefix}.nest`, queueOptions: { durable: false }, prefetchCount: 200 },
  };
  const app = await core.NestFactory.createMicroservice(App, { ...options, logger: false });
  await app.listen();
  const client = microservices.ClientProxyFactory.create(options);
  await client.connect();
  bench.after(async () => {
    await client.close();
    await app.close();
    await deleteFromBroker(url, [`${prefix}.nest`]);
  });
  return () => rxjs.firstValueFrom(client.send('quote-prices', question));
}

/** Moleculer's calls within a broker and between two. */
export async function moleculerCalls(bench: Bench, { url, prefix }: Place) {
  const library = bench.peer('moleculer');
  if (!library || !bench.peer('amqplib')) return undefined;
  const settings = {
    namespace: prefix,
    logger: false,
    transporter: { type: 'AMQP', options: { url, prefetch: 200 } },
  };
  const asker = new library.ServiceBroker({ ...settings, nodeID: `${prefix}-asker` });
  const answerer = new library.ServiceBroker({ ...settings, nodeID: `${prefix}-answerer` });
  const actions = { quote: (context: { params: typeof question }) => quote(context.params) };
  answerer.createService({ name: 'catalog', actions });
  asker.createService({ name: 'local', actions });
  await Promise.all([asker.start(), answerer.start()]);
  bench.after(() => Promise.all([asker.stop(), answerer.stop()]));
  await asker.waitForServices(['catalog', 'local']);
  return {
    near: () => asker.call('local.quote', question) as Promise<unknown>,
    far: () => asker.call('catalog.quote', question) as Promise<unknown>,
  };
}
