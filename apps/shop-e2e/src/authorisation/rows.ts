import { randomUUID } from 'node:crypto';
import type { Scene } from './scene';
import type { Who } from './verdicts';

/** One request, for the operation that the row is of. */
export interface Asked {
  /** Below `/api/v1`, with ids of the owner's. (Default: that of the operation) */
  readonly path?: string;
  readonly body?: Record<string, unknown>;
  readonly headers?: Record<string, string>;
}

/** What the document does not say of an operation. */
export interface Row {
  /** What another customer gets of what belongs to a person. Undefined where nothing does. */
  readonly others?: 'own' | 404;
  readonly staff?: 'own' | 'all' | 404;
  /** A request that whoever is meant is answered. (Default: nothing but the path) */
  readonly ask?: (scene: Scene, who: Who) => Asked;
}

/** Everybody has one of these. */
const each = { others: 'own', staff: 'own' } as const;
/** Staff look after everybody's. */
const watched = { others: 'own', staff: 'all' } as const;
/** By its id, and for its owner alone. */
const hidden = { others: 404, staff: 404 } as const;

const key = () => ({ 'Idempotency-Key': randomUUID() });
const newcomer = () => ({
  email: `${randomUUID()}@example.com`,
  password: 'correct horse battery',
  name: 'New',
});
const ADDRESS = { name: 'Ann', line1: '1 Mill Lane', city: 'Leiden', postalCode: '2311', country: 'NL' };
const product = () => ({
  sku: `ROW-${randomUUID().slice(0, 8).toUpperCase()}`,
  name: 'Thing',
  description: 'A thing.',
  category: 'things',
  price: { amount: 100, currency: 'EUR' },
});
const path = (of: (scene: Scene) => string) => ({ ask: (scene: Scene) => ({ path: of(scene) }) });

/** A row for every operation there is. */
export const ROWS: Readonly<Record<string, Row>> = {
  'POST /users': { ask: () => ({ body: newcomer() }) },
  'POST /auth/login': { ask: ({ credentials }) => ({ body: credentials }) },
  'POST /auth/refresh': { ask: (scene) => ({ body: { refreshToken: scene.refreshToken() } }) },
  'POST /auth/logout': { ask: (scene) => ({ body: { refreshToken: scene.refreshToken() } }) },
  'GET /auth/.well-known/jwks.json': {},
  'GET /users/me': each,
  'PATCH /users/me': { ...each, ask: () => ({ body: { name: 'Somebody' } }) },
  'PUT /users/me/preferences': { ...each, ask: () => ({ body: { orderMails: true } }) },
  'POST /users/me/addresses': { ...each, ask: () => ({ body: ADDRESS }) },
  'GET /users/me/addresses': each,

  'GET /products': {},
  'POST /products': { ask: () => ({ body: product() }) },
  'GET /products/{sku}': path(() => '/products/TEA-MINT-50'),
  'PATCH /products/{sku}': { ask: () => ({ path: '/products/TEA-MINT-50', body: { name: 'Mint' } }) },
  'DELETE /products/{sku}': path(() => '/products/CHO-DARK-70'),
  'GET /categories': {},

  'GET /stock/{sku}': path(() => '/stock/TEA-MINT-50'),
  'POST /stock/{sku}/receipts': {
    ask: () => ({ path: '/stock/TEA-MINT-50/receipts', body: { quantity: 1 } }),
  },
  'GET /reservations': path(() => '/reservations?olderThanMinutes=0'),

  'GET /cart': each,
  'PUT /cart/items/{sku}': {
    ...each,
    ask: () => ({ path: '/cart/items/TEA-SENCHA-100', body: { quantity: 1 } }),
  },
  'DELETE /cart/items/{sku}': { ...each, ...path(() => '/cart/items/TEA-SENCHA-100') },
  'POST /orders': {
    ...each,
    ask: ({ homes }, who) => ({ body: { addressId: homes[who], paymentToken: 'tok_ok' }, headers: key() }),
  },
  'GET /orders': each,
  'GET /orders/{id}': { ...hidden, ...path(({ orders }) => `/orders/${orders.kept.order}`) },
  'POST /orders/{id}/cancellation': {
    ...hidden,
    ...path(({ orders }) => `/orders/${orders.cancelled.order}/cancellation`),
  },

  'GET /payments': { ...watched, ...path(({ orders }) => `/payments?orderId=${orders.kept.order}`) },
  'POST /payments/{id}/refunds': {
    ask: ({ orders }) => ({
      path: `/payments/${orders.kept.payment}/refunds`,
      body: { amount: { amount: 1, currency: 'EUR' }, reason: 'Sorry for the dent' },
      headers: key(),
    }),
  },
  'GET /invoices/{orderId}': {
    others: 404,
    staff: 'all',
    ...path(({ orders }) => `/invoices/${orders.kept.order}`),
  },
  'POST /payments/reconciliations': {},
  'GET /payments/discrepancies': {},

  'GET /shipments': { ...watched, ...path(({ orders }) => `/shipments?orderId=${orders.kept.order}`) },
  'POST /shipments/{id}/dispatch': path(({ orders }) => `/shipments/${orders.leaving.shipment}/dispatch`),
  'POST /shipments/{id}/delivery': path(({ orders }) => `/shipments/${orders.arriving.shipment}/delivery`),
  'POST /shipments/{id}/loss': path(({ orders }) => `/shipments/${orders.lost.shipment}/loss`),

  'GET /notifications': each,
  // The last of the owner's, who then has no home any more.
  'DELETE /users/me/addresses/{id}': {
    ...hidden,
    ...path(({ homes }) => `/users/me/addresses/${homes.owner}`),
  },
};
