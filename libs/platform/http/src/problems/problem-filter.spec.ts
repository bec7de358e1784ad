import { ContextUnavailable, ContractViolation, DomainError } from '@banyan/contracts';
import { Controller, Get, NotFoundException, Param } from '@nestjs/common';
import { httpApp } from '../testing/http-app';

class OrderAlreadyDispatched extends DomainError {
  readonly code = 'orders.order-already-dispatched';
  readonly kind = 'conflict';
  override get details() {
    return { carrier: 'owl', status: 'not this' };
  }
}

const errors: Record<string, () => unknown> = {
  conflict: () => new OrderAlreadyDispatched('Order 7 has been dispatched'),
  away: () => new ContextUnavailable('catalog', 'connect ECONNREFUSED 10.0.0.1:5672'),
  database: () => Object.assign(new Error('at 10.0.0.1'), { name: 'DatabaseUnavailable', context: 'orders' }),
  violation: () =>
    new ContractViolation('catalog.quote-prices.v1 (request)', [{ path: 'skus.0', message: 'no SKU' }]),
  reply: () =>
    new ContractViolation('catalog.quote-prices.v1 (reply)', [{ path: 'prices', message: 'gone' }]),
  sql: () => Object.assign(new Error('invalid byte sequence'), { code: '22021', severity: 'ERROR' }),
  typeorm: () => Object.assign(new Error('x'), { driverError: { code: '22P05', severity: 'ERROR' } }),
  deadlock: () => Object.assign(new Error('deadlock'), { code: '40P01', severity: 'ERROR' }),
  bug: () => new TypeError('secret of ours'),
  thrown: () => 'a string',
  missing: () => new NotFoundException('no such product'),
};

@Controller('orders')
class OrdersController {
  @Get('fails/:how')
  fails(@Param('how') how: string) {
    throw errors[how]!();
  }
}

const shop = () => httpApp([OrdersController]);

const get = async (path: string, headers: Record<string, string> = {}) =>
  (await shop()).inject({ url: `/api/v1/orders${path}`, headers });

describe('A problem', () => {
  it('tells type, title, status, detail, code and path, and the facts of a broken rule', async () => {
    const { statusCode, headers, body } = await get('/fails/conflict?secret=1');

    expect(statusCode).toBe(409);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(body)).toEqual({
      type: 'urn:banyan:problem:orders.order-already-dispatched',
      title: 'Order already dispatched',
      status: 409,
      detail: 'Order 7 has been dispatched',
      code: 'orders.order-already-dispatched',
      instance: '/api/v1/orders/fails/conflict',
      carrier: 'owl',
    });
  });

  it.each([
    ['away', 503, 'http.context-unavailable'],
    ['database', 503, 'http.database-unavailable'],
    ['violation', 400, 'http.invalid-input'],
    ['reply', 500, 'internal-error'],
    ['sql', 400, 'http.unusable-value'],
    ['typeorm', 400, 'http.unusable-value'],
    ['deadlock', 503, 'http.busy'],
    ['bug', 500, 'internal-error'],
    ['thrown', 500, 'internal-error'],
    ['missing', 404, 'http.not-found'],
  ])('answers %s with %i %s', async (how, status, code) => {
    const answer = await get(`/fails/${how}`);

    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
    expect(answer.headers['retry-after']).toBe(status === 503 ? '2' : undefined);
    expect(answer.body).not.toMatch(/secret|10\.0\.0\.1|invalid byte/);
  });

  it('gives the correlation id with a fault of ours, and nothing else', async () => {
    const { correlationId, detail } = (await get('/fails/bug', { 'x-correlation-id': 'c-1' })).json();

    expect({ correlationId, detail }).toEqual({
      correlationId: 'c-1',
      detail: 'Something went wrong on our side',
    });
  });

  it.each([
    ['/api/v1/nothing', 404, 'http.route-not-found'],
    ['/nothing', 404, 'http.route-not-found'],
    ['/api/v1/orders/%E0%A4%A', 400, 'http.malformed-url'],
  ])('answers %s with %i %s', async (url, status, code) => {
    const answer = await (await shop()).inject({ url });

    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect([answer.statusCode, answer.json().code]).toEqual([status, code]);
  });
});
