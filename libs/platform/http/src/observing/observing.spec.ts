import { causation } from '@banyan/messaging';
import { Controller, Get, Logger, Param } from '@nestjs/common';
import { httpApp } from '../testing/http-app';
import { BanyanLogger, type LoggerOptions } from './banyan-logger';

function logger(options: LoggerOptions = {}) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const banyan = new BanyanLogger({ pretty: false, level: 'info', destination, ...options });
  return { banyan, lines, read: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('A line of the log', () => {
  it('says when, how grave, who, what, and in which act', () => {
    const { banyan, read } = logger({ base: { deployable: 'monolith' } });

    causation.run({ correlationId: 'c-1', traceparent: TRACEPARENT }, () => banyan.log('sent 3', 'Relay'));

    expect(read()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-.*Z$/),
        level: 'info',
        deployable: 'monolith',
        correlationId: 'c-1',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
        context: 'Relay',
        msg: 'sent 3',
      },
    ]);
  });

  it('tells the stack of an error, given either way', () => {
    const { banyan, read } = logger();
    const error = new Error('broken');

    banyan.error(error, 'Relay');
    banyan.error('gave up', error.stack, 'Relay');

    expect(read()).toMatchObject([
      { msg: 'broken', context: 'Relay', stack: error.stack },
      { msg: 'gave up', context: 'Relay', stack: error.stack },
    ]);
  });

  it('holds no credentials, in fields or in text', () => {
    const { banyan, lines } = logger();

    banyan.log({
      msg: 'asked',
      headers: { Authorization: 'Bearer s3cret', deep: { cookie: 's3cret' } },
      paymentToken: 's3cret',
    });
    banyan.warn('refused authorization: Bearer s3cret', { password: 's3cret' });
    banyan.error(new Error('no answer from amqp://guest:s3cret@localhost:5672'));

    expect(lines).toHaveLength(3);
    expect(lines.join()).not.toContain('s3cret');
  });

  it('is left out below the least level', () => {
    const { banyan, lines } = logger({ level: 'warn' });

    banyan.log('no');
    banyan.debug('no');
    banyan.warn('yes');

    expect(lines).toHaveLength(1);
  });

  it('is one line for a person in development', () => {
    const { banyan, lines } = logger({ pretty: true });

    banyan.log('sent 3', 'Relay');
    banyan.log({ depth: 3 }, 'Relay');

    expect(lines.map((line) => line.slice(13))).toEqual([
      'info  Relay  sent 3\n',
      'info  Relay  {"depth":3}\n',
    ]);
  });
});

describe('The access log', () => {
  @Controller()
  class ShopController {
    @Get('products/:sku')
    product(@Param('sku') sku: string) {
      if (sku === 'BUG') throw new TypeError('a bug');
      return {};
    }

    @Get('health/live')
    live() {
      return {};
    }
  }

  it('tells each answer without its query, under the correlation id, and probes only at debug', async () => {
    const { banyan, read } = logger();
    Logger.overrideLogger(banyan);
    const app = await httpApp([ShopController], [], { accessLog: true });
    Logger.overrideLogger(banyan);

    await app.inject({ url: '/api/v1/products/TEA-1?token=s3cret', headers: { 'x-correlation-id': 'c-1' } });
    await app.inject({ url: '/api/v1/products/BUG', headers: { 'x-correlation-id': 'c-2' } });
    await app.inject('/health/live');
    Logger.overrideLogger(false);

    const told = read().filter(({ context }) => context === 'HTTP');
    expect(told).toMatchObject([
      { level: 'info', method: 'GET', route: '/api/v1/products/:sku', status: 200, correlationId: 'c-1' },
      { level: 'error', correlationId: 'c-2', stack: expect.stringContaining('TypeError: a bug') },
      { level: 'info', route: '/api/v1/products/:sku', status: 500, correlationId: 'c-2' },
    ]);
    expect(JSON.stringify(told)).not.toContain('s3cret');
  });
});
