import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import { z } from 'zod';
import { IdempotencyKey } from '../idempotency/idempotency-key';
import { pageOf } from '../input/page';
import { Money, PageQuery, Quantity, Sku, Uuid } from '../input/values';
import { httpApp } from '../testing/http-app';
import { serveOpenApi } from './openapi';
import { Answer, Refuses } from './responses';

const Line = z.strictObject({ sku: Sku, quantity: Quantity }).meta({ id: 'Line' });
const NewOrder = z
  .strictObject({
    addressId: Uuid,
    lines: z.array(Line).min(1),
    expectedTotal: Money.optional(),
    note: z.string().nullable(),
  })
  .meta({ id: 'NewOrder' });
const Order = z.object({ id: Uuid, total: Money });

@Controller('orders')
class OrdersController {
  @Post()
  @Answer(201, Order, 'The order as accepted')
  @Refuses({ 409: ['orders.price-changed'] })
  place(@IdempotencyKey() _key: string, @Body({ schema: NewOrder }) _order: z.output<typeof NewOrder>) {}

  @Get()
  @Answer(200, pageOf(Order))
  list(
    @Query({ schema: PageQuery.extend({ status: z.enum(['placed', 'confirmed']).optional() }) })
    _query: PageQuery,
  ) {}

  @Get(':id')
  @ApiExtension('x-public', true)
  one(@Param('id', { schema: Uuid }) _id: string) {}

  @Delete(':id')
  @ApiExtension('x-roles', ['staff'])
  remove(@Param('id', { schema: Uuid }) _id: string) {}
}

const docs = () =>
  httpApp([OrdersController], [], { before: (app) => serveOpenApi(app, { title: 'Orders' }) });
const document = async () => (await (await docs()).inject('/docs-json')).json();

describe('The OpenAPI document', () => {
  it('is of version 3.1, and its references lead somewhere', async () => {
    const api = await document();

    expect(api.openapi).toBe('3.1.0');
    const text = JSON.stringify(api);
    const targets = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
    expect(Object.keys(api.components.schemas)).toEqual(expect.arrayContaining(targets));
    expect(targets).toEqual(expect.arrayContaining(['NewOrder', 'Line', 'Money', 'Problem']));
    expect(text).not.toMatch(/\$defs|"nullable"|"exclusiveMinimum":true/);
  });

  it('gathers what can be done by resource, in the words of the code', async () => {
    const { paths } = await document();

    expect(paths['/api/v1/orders'].post).toMatchObject({ tags: ['orders'], summary: 'Orders' });
    expect(paths['/api/v1/orders/{id}'].get.tags).toEqual(['orders']);
  });

  it('describes bodies as they are validated', async () => {
    const { paths, components } = await document();

    expect(paths['/api/v1/orders'].post.requestBody.content['application/json'].schema).toEqual({
      $ref: '#/components/schemas/NewOrder',
    });
    expect(components.schemas.NewOrder).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['addressId', 'lines', 'note'],
      properties: {
        addressId: { type: 'string', format: 'uuid' },
        lines: { type: 'array', minItems: 1, items: { $ref: '#/components/schemas/Line' } },
        expectedTotal: { $ref: '#/components/schemas/Money' },
        note: { type: ['string', 'null'] },
      },
    });
  });

  it('describes parameters and headers', async () => {
    const { paths } = await document();
    const named = (parameters: { name: string; in: string; required: boolean }[]) =>
      parameters.map(({ name, in: where, required }) => [name, where, required]);

    expect(named(paths['/api/v1/orders'].get.parameters)).toEqual([
      ['limit', 'query', false],
      ['cursor', 'query', false],
      ['status', 'query', false],
    ]);
    expect(paths['/api/v1/orders'].get.parameters[0].schema).toMatchObject({
      type: 'integer',
      minimum: 1,
      maximum: 100,
      default: 20,
    });
    expect(named(paths['/api/v1/orders'].post.parameters)).toEqual([['Idempotency-Key', 'header', true]]);
    expect(named(paths['/api/v1/orders/{id}'].get.parameters)).toEqual([['id', 'path', true]]);
  });

  it('describes answers, and errors as problem documents', async () => {
    const { responses } = (await document()).paths['/api/v1/orders'].post;
    const problem = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

    expect(responses['201']).toMatchObject({
      description: 'The order as accepted',
      content: {
        'application/json': { schema: { properties: { total: { $ref: '#/components/schemas/Money' } } } },
      },
    });
    expect(responses['409']).toEqual({ description: '`orders.price-changed`', content: problem });
    for (const status of ['400', '401', 'default']) expect(responses[status].content).toEqual(problem);
  });

  it('asks for a bearer token except where everybody may', async () => {
    const { paths, security, components } = await document();

    expect(components.securitySchemes.bearer).toEqual({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
    });
    expect(security).toEqual([{ bearer: [] }]);
    expect(paths['/api/v1/orders'].post.security).toBeUndefined();
    expect(paths['/api/v1/orders/{id}'].get.security).toEqual([]);
  });

  it('says who may do what not everybody may', async () => {
    const { paths } = await document();

    expect(paths['/api/v1/orders/{id}'].delete).toMatchObject({
      'x-roles': ['staff'],
      responses: { 403: { description: 'Only staff may do this' } },
    });
    for (const open of [paths['/api/v1/orders'].post, paths['/api/v1/orders/{id}'].get]) {
      expect(open['x-roles']).toBeUndefined();
      expect(open.responses['403']).toBeUndefined();
    }
  });
});

describe('The docs page', () => {
  it('is where the bare address leads', async () => {
    const { statusCode, headers } = await (await docs()).inject('/');

    expect([statusCode, headers['location']]).toEqual([302, '/docs']);
  });

  it('loads everything from here, under a policy that lets it', async () => {
    const app = await docs();

    const { headers, body } = await app.inject('/docs');

    expect(headers['content-type']).toContain('text/html');
    const sources = [...body.matchAll(/(?:src|href)=["']([^"'#]+)["']/g)].map(([, source]) => source!);
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      const { pathname, host } = new URL(source, 'http://localhost/docs');
      expect([host, (await app.inject(pathname)).statusCode]).toEqual(['localhost', 200]);
    }
    expect(body).not.toMatch(/<script>/);
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests');
    expect(headers['content-security-policy']).toMatch(
      /script-src 'self';.*style-src 'self' https: 'unsafe-inline'/,
    );
  });
});
