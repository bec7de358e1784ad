import { Body, Controller, Get, Put } from '@nestjs/common';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { httpApp } from '../testing/http-app';
import { problemOf } from './problem-of';

@Controller('orders')
class OrdersController {
  @Get()
  list() {
    return [];
  }
  @Put()
  put(@Body() body: unknown) {
    return body;
  }
}

/** All that the server says to these bytes, until it hangs up. */
async function said(bytes: string): Promise<string> {
  const app = await httpApp([OrdersController]);
  await app.listen(0, '127.0.0.1');
  const socket = connect((app.getHttpServer().address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => undefined);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

describe('What never becomes a request', () => {
  it.each([
    ['no HTTP', 'HELLO\r\n\r\n', 400, 'http.malformed-request'],
    ['an unknown method', 'BUY /api/v1/orders HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'http.malformed-request'],
    [
      'a length that contradicts itself',
      'PUT /api/v1/orders HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      400,
      'http.malformed-request',
    ],
    [
      'headers that are too large',
      `GET /api/v1/orders HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'http.headers-too-large',
    ],
    [
      'garbage after a good request',
      'GET /api/v1/orders HTTP/1.1\r\nHost: x\r\n\r\nHELLO\r\n\r\n',
      400,
      'http.malformed-request',
    ],
  ])('is answered with a problem: %s', async (_, bytes, status, code) => {
    const answer = await said(bytes);

    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain('Content-Type: application/problem+json');
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('is no fault of ours when its sender hangs up half-way', () => {
    const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET' });

    expect(problemOf(aborted)).toMatchObject({ problem: { status: 400 }, log: undefined });
  });
});
