import { z } from 'zod';
import { ContractViolation, DomainError } from './errors';
import { request, requestError } from './request';
import { Sku } from './values';

class UnknownSku extends requestError(
  'catalog.unknown-sku',
  'invalid',
  { skus: z.array(Sku).min(1) },
  ({ skus }) => `Not on sale: ${skus.join(', ')}`,
) {}

const QuotePrices = request('catalog.quote-prices.v1', {
  request: { skus: z.array(Sku) },
  reply: { total: z.int() },
  errors: [UnknownSku],
});

describe('Declaring a request', () => {
  it('gives its wire name, who answers, and both schemas', () => {
    expect(QuotePrices).toMatchObject({
      kind: 'request',
      type: 'catalog.quote-prices.v1',
      context: 'catalog',
      subject: 'catalog.quote-prices',
      version: 1,
      requestJsonSchema: { required: ['skus'] },
      replyJsonSchema: { required: ['total'] },
      errors: [UnknownSku],
    });
  });

  it('says which side does not travel', () => {
    expect(() => request('catalog.a.v1', { request: { at: z.date() }, reply: {} })).toThrow(
      /a\.v1 \(request\).*at/,
    );
    expect(() => request('catalog.a.v1', { request: {}, reply: { at: z.date() } })).toThrow(
      /a\.v1 \(reply\).*at/,
    );
  });

  it('refuses errors of another context, and one code given twice', () => {
    class Twin extends requestError('catalog.unknown-sku', 'conflict', {}, () => 'twin') {}
    const declare = (type: string, errors: (typeof UnknownSku)[]) => () =>
      request(type, { request: {}, reply: {}, errors });

    expect(declare('orders.a.v1', [UnknownSku])).toThrow(/must start with orders/);
    expect(declare('catalog.a.v1', [UnknownSku, Twin as never])).toThrow(/twice/);
  });
});

describe('Asking and answering', () => {
  it('validates both ways and drops unknown fields', () => {
    expect(QuotePrices.parseRequest({ skus: ['A'], later: 1 })).toEqual({ skus: ['A'] });
    expect(QuotePrices.parseReply({ total: 1, later: 1 })).toEqual({ total: 1 });
    expect(() => QuotePrices.parseRequest({ skus: [1] })).toThrow(/\(request\): skus\.0/);
    expect(() => QuotePrices.parseReply({})).toThrow(/\(reply\): total/);
  });
});

describe('An error of a contract', () => {
  const error = new UnknownSku({ skus: ['A', 'B'] });

  it('is an error of its own class, and a domain error', () => {
    expect(error).toBeInstanceOf(UnknownSku);
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toBeInstanceOf(Error);
    expect(
      new (class Other extends requestError('catalog.other', 'invalid', {}, () => '') {})({}),
    ).not.toBeInstanceOf(UnknownSku);
  });

  it('says its name, code, kind, message and details', () => {
    expect(error.name).toBe('UnknownSku');
    expect(error.code).toBe('catalog.unknown-sku');
    expect(error.kind).toBe('invalid');
    expect(error.message).toBe('Not on sale: A, B');
    expect(error.details).toEqual({ skus: ['A', 'B'] });
    expect(error.stack).toContain('request.spec');
  });

  it('is the same again when made from its code and details, as on the asking side', () => {
    const { code, details } = JSON.parse(
      JSON.stringify({ code: error.code, details: error.details }),
    ) as UnknownSku;
    const Declared = QuotePrices.errors.find((candidate) => candidate.code === code)!;

    const again = new Declared(details);

    expect(again).toBeInstanceOf(UnknownSku);
    expect(again).toMatchObject({ message: error.message, details: error.details });
  });

  it('refuses details that do not fit, and drops those it does not know', () => {
    expect(() => new UnknownSku({ skus: [] })).toThrow(ContractViolation);
    expect(new UnknownSku({ skus: ['A'], later: 1 } as never).details).toEqual({ skus: ['A'] });
  });

  it('keeps its details as they were', () => {
    expect(() => (error.details.skus as string[]).push('C')).toThrow(TypeError);
  });

  it('needs a code, and details that travel', () => {
    expect(() => requestError('unknown', 'invalid', {}, () => '')).toThrow(/no error code/);
    expect(() => requestError('catalog.late', 'invalid', { at: z.date() }, () => '')).toThrow(
      /catalog\.late.*at is/,
    );
  });
});
