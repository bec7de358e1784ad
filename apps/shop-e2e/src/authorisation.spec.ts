import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type Operation, operationsOf } from './fuzz/requests';
import { resolved, type Schemas } from './fuzz/json-schema';
import { type Asked, ROWS } from './authorisation/rows';
import { Scene } from './authorisation/scene';
import { keepSessions } from './authorisation/sessions';
import { refuseForgedTokens } from './authorisation/tokens';
import { nameOf, pageOf, PEOPLE, type Verdict, verdictsOn, type Who } from './authorisation/verdicts';
import { Shop } from './shop/start-shop';
import { stored } from './shop/stored';
import type { Answer } from './shop/visitor';

const PAGE = join(resolve(__dirname, '../../..'), 'docs/authorisation.md');

jest.setTimeout(60_000);

let shop: Shop;
let scene: Scene;
let operations: Operation[];
let schemas: Schemas;
let before: Record<string, string>;

beforeAll(async () => {
  shop = await Shop.open();
  ({ operations, schemas } = operationsOf((await shop.anybody().get('//docs-json')).body));
  scene = await Scene.set(shop);
  before = await stored(shop);
});

afterAll(async () => {
  const ends = await shop?.stop();
  await shop?.close();
  expect(ends).toMatchObject([{ code: 0, left: false, faults: [] }]);
});

const operationNamed = (name: string): Operation => operations.find((each) => nameOf(each) === name)!;

async function ask(name: string, who: Who, asked?: Asked, more?: object): Promise<Answer> {
  const { method, path } = operationNamed(name);
  const request = asked ?? ROWS[name]!.ask?.(scene, who) ?? {};
  return scene.people[who].ask(method, request.path ?? path.replace('/api/v1', ''), {
    headers: request.headers,
    ...(request.body && { body: { ...request.body, ...more } }),
  });
}

const isRefusal = (verdict: Verdict): verdict is 401 | 403 | 404 => typeof verdict === 'number';

/** Those of whom the verdict is, or is not, that they are refused. */
function thoseWho(are: 'refused' | 'answered', name: string): [Who, Verdict][] {
  const verdicts = verdictsOn(operationNamed(name), ROWS[name]);
  const both = PEOPLE.map((who): [Who, Verdict] => [who, verdicts[who]]);
  return both.filter(([, verdict]) => isRefusal(verdict) === (are === 'refused'));
}

const REFUSALS = { 401: /^auth\.token-missing$/, 403: /^auth\.role-missing$/, 404: /\.[a-z]+-not-found$/ };

describe('Who may do what', () => {
  it('is settled for every operation, and for nothing else', () => {
    expect(Object.keys(ROWS).sort()).toEqual(operations.map(nameOf).sort());
    expect(() => pageOf(operations, ROWS)).not.toThrow();
  });

  it('is what the page about it says', () => {
    const page = pageOf(operations, ROWS);
    if (process.env['BANYAN_WRITE_DOCS'] === '1') writeFileSync(PAGE, page);

    expect(existsSync(PAGE) && readFileSync(PAGE, 'utf8')).toBe(page);
  });
});

// Everything that is refused comes before anything that is answered, so that one look finds whatever got through.
describe('Whoever is not meant', () => {
  it.each(Object.keys(ROWS))('is refused: %s', async (name) => {
    for (const [who, verdict] of thoseWho('refused', name)) {
      const { status, headers, body } = await ask(name, who);

      expect({ who, status, code: body.code }).toEqual({
        who,
        status: verdict,
        code: expect.stringMatching(REFUSALS[verdict as 401]),
      });
      expect(headers.get('content-type')).toBe('application/problem+json');
      for (const secret of scene.secrets)
        expect(JSON.stringify({ ...body, instance: '', detail: '' })).not.toContain(secret);
    }
  });

  it.each(Object.keys(ROWS).filter((name) => /^(POST|PUT|PATCH)/.test(name)))(
    'writes nothing that is not theirs to say: %s',
    async (name) => {
      const { body } = operationNamed(name);
      if (!body) return;
      const columns = await shop.sql<{ name: string }>(
        `SELECT DISTINCT column_name AS name FROM information_schema.columns
          WHERE (table_schema, table_name) IN (('users', 'accounts'), ('users', 'addresses'), ('orders', 'orders'), ('payments', 'payments'))`,
      );
      const known = Object.keys(resolved(body, schemas).properties ?? {});
      const stolen = columns
        .flatMap(({ name }) => [name, name.replace(/_./g, ([, letter]) => letter!.toUpperCase())])
        .concat('isAdmin', 'role', 'scope', 'personId')
        .filter((field) => !known.includes(field));
      const [who] = thoseWho('answered', name).at(-1)!;
      const asked = ROWS[name]!.ask!(scene, who);

      for (const field of new Set(stolen)) {
        const answer = await ask(name, who, asked, { [field]: 'staff' });

        expect({ field, status: answer.status, errors: answer.body.errors }).toMatchObject({
          status: 400,
          errors: [{ field }],
        });
      }
    },
  );

  it('has no order sent to an address that is not theirs', async () => {
    const answer = await ask('POST /orders', 'other', ROWS['POST /orders']!.ask!(scene, 'owner'));

    expect(answer).toMatchObject({ status: 400, body: { code: 'orders.no-such-address' } });
  });

  it('has left no trace', async () => {
    expect(await stored(shop)).toEqual(before);
  });
});

describe('Whoever is meant', () => {
  it.each(Object.keys(ROWS))('is answered, with what is theirs to see: %s', async (name) => {
    const { method, statuses } = operationNamed(name);
    for (const [who, verdict] of thoseWho('answered', name)) {
      const { status, body } = await ask(name, who);

      const good = statuses.filter((each) => each < 300);
      if (!good.includes(status)) throw new Error(`${who} got ${status}: ${JSON.stringify(body)}`);
      const told = scene.secrets.filter((secret) => JSON.stringify(body).includes(secret));
      if (verdict === 'own') expect({ who, told }).toEqual({ who, told: [] });
      const shows = ROWS[name]!.others !== undefined && method === 'GET';
      if (shows && verdict !== 'own') expect({ who, told }).not.toEqual({ who, told: [] });
    }
  });

  it('is not given what another asked for under the same key', async () => {
    const headers = { 'Idempotency-Key': 'of-everybody' };
    const asked = { ...ROWS['POST /users/me/addresses']!.ask!(scene, 'owner'), headers };

    const [first, again, others] = [
      await ask('POST /users/me/addresses', 'owner', asked),
      await ask('POST /users/me/addresses', 'owner', asked),
      await ask('POST /users/me/addresses', 'other', asked),
    ];

    expect([first.status, again.body.id, others.status]).toEqual([201, first.body.id, 201]);
    expect(others.body.id).not.toBe(first.body.id);
  });
});

refuseForgedTokens(() => shop);
keepSessions(() => shop);
