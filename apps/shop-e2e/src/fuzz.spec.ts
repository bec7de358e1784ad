import * as fc from 'fast-check';
import { allowed, forbidden, type Operation, operationsOf, type Wanted } from './fuzz/requests';
import type { Schemas } from './fuzz/json-schema';
import { Shop } from './shop/start-shop';
import { stored } from './shop/stored';
import type { Answer, Visitor } from './shop/visitor';

const FULL = process.env['BANYAN_FULL'] === '1';
const REQUESTS = FULL ? 20_000 : 2_000;
/** Every run asks the same questions, so that what fails fails again. */
const SEED = 20_261_121;

jest.setTimeout(FULL ? 600_000 : 90_000);

let shop: Shop;
let staff: Visitor;
let operations: Operation[];
let schemas: Schemas;

beforeAll(async () => {
  shop = await Shop.open();
  staff = await shop.as('sam', { staff: true });
  ({ operations, schemas } = operationsOf((await staff.get('//docs-json')).body));
});

afterAll(async () => {
  const ends = await shop?.stop();
  await shop?.close();
  expect(ends).toMatchObject([{ code: 0, left: false, faults: [] }]);
});

const ask = ({ method, path, headers, body }: Wanted): Promise<Answer> =>
  staff.ask(method, `/${path}`, { headers, ...(body !== undefined && { body }) });

const runs = (share: number) => ({
  seed: SEED,
  numRuns: Math.ceil((REQUESTS * share) / operations.length),
  verbose: false,
});

it('knows every operation of the shop', () => {
  expect(operations.length).toBeGreaterThanOrEqual(37);
  for (const { statuses } of operations) expect(statuses.some((status) => status < 300)).toBe(true);
  expect(operations.filter((each) => forbidden(each, schemas)).length).toBeGreaterThanOrEqual(32);
});

it('refuses whatever its document forbids, names the field, and stores nothing', async () => {
  await shop.quiet();
  const before = await stored(shop);

  for (const operation of operations) {
    const requests = forbidden(operation, schemas);
    if (!requests) continue;
    const property = fc.asyncProperty(requests, async (request) => {
      const answer = await ask(request);

      expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 400 });
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      const fields: string[] = answer.body.errors.map(({ field }: { field: string }) => field);
      const { field } = request;
      expect(fields).toContainEqual(
        field === undefined
          ? expect.any(String)
          : expect.stringMatching(new RegExp(`^(${field}|body)($|\\.)`)),
      );
    });
    await fc.assert(property, runs(0.75));
  }

  await shop.quiet();
  expect(await stored(shop)).toEqual(before);
});

it('answers whatever its document allows as the document says', async () => {
  for (const operation of operations) {
    const property = fc.asyncProperty(allowed(operation, schemas), async (request) => {
      const answer = await ask(request);

      // A few say that they may be too busy; nobody else asks here.
      if (!operation.statuses.includes(answer.status) || answer.status >= 500)
        throw new Error(
          `${answer.status} is none of ${operation.statuses.join()}: ${JSON.stringify(answer.body)}`,
        );
      if (answer.status >= 400) expect(answer.headers.get('content-type')).toBe('application/problem+json');
    });
    await fc.assert(property, runs(0.25));
  }

  await shop.quiet();
  expect([...shop.running.values()].every(({ alive }) => alive)).toBe(true);
});
