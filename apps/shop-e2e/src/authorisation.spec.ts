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

/** Every operation, with each of those who are, or are not, refused it. */
function questions(are: 'refused' | 'answered'): { name: string; who: Who; verdict: Verdict }[] {
  return Object.keys(ROWS).flatMap((name) => {
    const verdicts = verdictsOn(operationNamed(name), ROWS[name]);
    const all = PEOPLE.map((who) => ({ name, who, verdict: verdicts[who] }));
    return all.filter(({ verdict }) => (typeof verdict === 'number') === (are === 'refused'));
  });
}

const REFUSALS = { 401: /^auth\.token-missing$/, 403: /^auth\.role-missing$/, 404: /\.[a-z]+-not-found$/ };

const shown = (name: string, who: Who, { status, body }: Answer) =>
  `${name} as ${who}: ${status} ${JSON.stringify(body)}`;

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
  it('is refused, and told nothing', async () => {
    const asked = questions('refused');
    const wrong: string[] = [];
    for (const { name, who, verdict } of asked) {
      const answer = await ask(name, who);
      const { instance: _, detail: __, ...said } = answer.body;
      const refused =
        answer.status === verdict &&
        REFUSALS[verdict as 401].test(said.code) &&
        answer.headers.get('content-type') === 'application/problem+json' &&
        !scene.secrets.some((secret) => JSON.stringify(said).includes(secret));
      if (!refused) wrong.push(shown(name, who, answer));
    }

    expect(wrong).toEqual([]);
    expect(asked.length).toBeGreaterThan(operations.length);
  });

  it('writes nothing that is not theirs to say', async () => {
    const columns = await shop.sql<{ name: string }>(
      `SELECT DISTINCT column_name AS name FROM information_schema.columns
        WHERE (table_schema, table_name) IN (('users', 'accounts'), ('users', 'addresses'), ('orders', 'orders'), ('payments', 'payments'))`,
    );
    const fields = columns
      .flatMap(({ name }) => [name, name.replace(/_./g, ([, letter]) => letter!.toUpperCase())])
      .concat('isAdmin', 'role', 'scope', 'personId');
    const writing = operations.filter(({ body }) => body);
    const wrong: string[] = [];
    for (const operation of writing) {
      const name = nameOf(operation);
      const { who } = questions('answered').findLast((each) => each.name === name)!;
      const asked = ROWS[name]!.ask!(scene, who);
      const known = Object.keys(resolved(operation.body!, schemas).properties ?? {});
      for (const field of new Set(fields.filter((each) => !known.includes(each)))) {
        const answer = await ask(name, who, asked, { [field]: 'staff' });
        const named = answer.body.errors?.some((error: { field: string }) => error.field === field);
        if (answer.status !== 400 || !named) wrong.push(shown(`${field} in ${name}`, who, answer));
      }
    }

    expect(wrong).toEqual([]);
    expect([writing.length >= 13, fields.length >= 40]).toEqual([true, true]);
  });

  it('has no order sent to an address that is not theirs', async () => {
    const answer = await ask('POST /orders', 'other', ROWS['POST /orders']!.ask!(scene, 'owner'));

    expect(answer).toMatchObject({ status: 400, body: { code: 'orders.no-such-address' } });
  });

  it('has left no trace', async () => {
    expect(await stored(shop)).toEqual(before);
  });
});

describe('Whoever is meant', () => {
  it('is answered, with what is theirs to see', async () => {
    const wrong: string[] = [];
    for (const { name, who, verdict } of questions('answered')) {
      const { method, statuses } = operationNamed(name);
      const answer = await ask(name, who);
      const told = scene.secrets.filter((secret) => JSON.stringify(answer.body).includes(secret));
      const shows = ROWS[name]!.others !== undefined && method === 'GET';
      const right =
        statuses.filter((each) => each < 300).includes(answer.status) &&
        (verdict === 'own' ? told.length === 0 : !shows || told.length > 0);
      if (!right) wrong.push(shown(name, who, answer));
    }

    expect(wrong).toEqual([]);
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
