import { causation } from '@banyan/messaging';
import { Body, Controller, Get, Post } from '@nestjs/common';
import { type AddressInfo, connect } from 'node:net';
import { httpApp } from '../testing/http-app';

@Controller('orders')
class OrdersController {
  @Post()
  place(@Body() _order: unknown) {
    return causation.current();
  }

  @Get()
  list() {
    return [];
  }
}

const shop = () => httpApp([OrdersController]);
const get = async (headers: Record<string, string> = {}) =>
  (await shop()).inject({ url: '/api/v1/orders', headers });

describe('A request', () => {
  it('is served under the correlation id and one hop of the trace that it brings', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const answer = await (
      await shop()
    ).inject({
      method: 'POST',
      url: '/api/v1/orders',
      headers: { 'x-correlation-id': 'c-1', traceparent },
    });

    const cause = answer.json();
    expect(answer.headers['x-correlation-id']).toBe('c-1');
    expect(cause.correlationId).toBe('c-1');
    expect(cause.traceparent).toMatch(
      /^00-4bf92f3577b34da6a3ce929d0e0e4736-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$/,
    );
  });

  it.each(['no good', '', 'x'.repeat(129), 'a"b'])(
    'gets a correlation id of its own instead of %p',
    async (given) => {
      expect((await get({ 'x-correlation-id': given })).headers['x-correlation-id']).toMatch(
        /^[0-9a-f-]{36}$/,
      );
    },
  );

  it('keeps its correlation id while its body trickles in over a real connection, beside others', async () => {
    const app = await shop();
    await app.listen(0, '127.0.0.1');
    const { port } = app.getHttpServer().address() as AddressInfo;
    const body = JSON.stringify({ sku: 'TEA-1' });

    const answers = await Promise.all(
      ['c-1', 'c-2', 'c-3'].map(
        (id) =>
          new Promise<string>((resolve, reject) => {
            const socket = connect(port, '127.0.0.1', () => {
              const head = `POST /api/v1/orders HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Correlation-Id: ${id}`;
              socket.write(
                `${head}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
              );
              setTimeout(() => socket.write(body.slice(0, 9)), 5);
              setTimeout(() => socket.write(body.slice(9)), 10);
            });
            let text = '';
            socket
              .on('data', (data) => (text += data.toString()))
              .on('end', () => resolve(text))
              .on('error', reject);
          }),
      ),
    );

    expect(answers.map((text) => /"correlationId":"(.*?)"/.exec(text)?.[1])).toEqual(['c-1', 'c-2', 'c-3']);
  });

  it('is answered with security headers that suit plain http', async () => {
    const { headers } = await get();

    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'");
  });
});
