import { keyIdOf } from '@banyan/auth';
import { SigningKeys } from '@banyan/contracts';
import {
  CustomerPreferencesChanged,
  CustomerProfileChanged,
  CustomerRegistered,
  DeliveryAddress,
  UnknownAddress,
} from '@shop/users/contract';
import { createPublicKey, createVerify, type JsonWebKey, randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { PASSWORD, type UsersScenario, usersScenario } from './testing/users-scenario';

let users: UsersScenario;

beforeAll(async () => (users = await usersScenario()));
afterAll(() => users.scenario.stop());

const HOME = { name: 'Bea', line1: 'Gasse 1', city: 'Wien', postalCode: '1010', country: 'AT' };
const stranger = () => `stranger.${randomUUID()}@example.org`;
const part = (token: string, at: number) =>
  JSON.parse(Buffer.from(token.split('.')[at]!, 'base64url').toString());

describe('Somebody who registers', () => {
  it('is announced, and is known by e-mail and password from then on', async () => {
    const email = stranger();
    const { status, body } = await users.register({ email, password: PASSWORD, name: ' Bea ' });

    expect(status).toBe(201);
    const announced = await users.scenario.published(
      CustomerRegistered,
      ({ customerId }) => customerId === body.id,
    );
    expect(announced).toEqual({ customerId: body.id, email, name: 'Bea', preferences: { orderMails: true } });
    expect((await users.signIn(email.toUpperCase())).status).toBe(200);
  });

  it('with an e-mail that is taken, in whichever case, is refused', async () => {
    const { email } = await users.someone();

    const again = await users.register({ email: email.toUpperCase(), password: PASSWORD, name: 'Eve' });

    expect(again).toMatchObject({
      status: 409,
      body: { code: 'users.email-taken', errors: [{ field: 'email' }] },
    });
  });

  it('at the same time as others with one e-mail is one of them', async () => {
    const email = stranger();

    const answers = await Promise.all(
      Array.from({ length: 6 }, () => users.register({ email, password: PASSWORD, name: 'Bea' })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409]);
  });

  it('is registered once per idempotency key, which is of no use with another e-mail', async () => {
    const [key, email, other] = [randomUUID(), stranger(), stranger()];
    const register = (name: string, address = email) =>
      users.register({ email: address, password: PASSWORD, name }, key);

    const [first, twin] = await Promise.all([register('Bea'), register('Bea')]);

    expect([first.status, twin.body]).toEqual([201, first.body]);
    expect((await register('Eve')).status).toBe(422);
    expect((await register('Bea', other)).body.id).not.toBe(first.body.id);
  });

  it.each<[string, object, string]>([
    ['no e-mail', { email: undefined }, 'email'],
    ['an e-mail that is none', { email: 'bea' }, 'email'],
    ['a password of 9 characters', { password: 'ninechars' }, 'password'],
    ['a password of 201 characters', { password: 'x'.repeat(201) }, 'password'],
    ['an empty name', { name: ' ' }, 'name'],
    ['a role of her choice', { roles: ['staff'] }, 'roles'],
    ['an id of her choice', { id: uuidv7() }, 'id'],
  ])('with %s is refused by name', async (_, changed, field) => {
    const body = { email: stranger(), password: PASSWORD, name: 'Bea', ...changed };

    expect(await users.register(body)).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });
});

describe('Somebody who signs in', () => {
  it('is given a token that everybody can verify, with the keys that are published', async () => {
    const { id, accessToken, expiresIn } = await users.someone();

    expect(expiresIn).toBe(600);
    expect(part(accessToken, 0)).toMatchObject({ alg: 'RS256', typ: 'at+jwt' });
    const claims = part(accessToken, 1);
    expect(claims).toMatchObject({ iss: 'banyan', aud: 'banyan-api', sub: id, roles: ['customer'] });
    expect(claims.exp - claims.iat).toBe(600);
    expect(claims.jti).toEqual(expect.any(String));

    const told = await users.scenario.ask(SigningKeys, {});
    const { body } = await users.scenario.http('GET /auth/.well-known/jwks.json');
    expect(body.keys).toEqual(told.keys);
    const jwk = told.keys.find(({ kid }) => kid === keyIdOf(accessToken))!;
    expect(Object.keys(jwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
    const [signed, signature] = [accessToken.replace(/\.[^.]+$/, ''), accessToken.split('.')[2]!];
    expect(createVerify('RSA-SHA256').update(signed).verify(key, signature, 'base64url')).toBe(true);
  });

  it('is told nothing of what was wrong', async () => {
    const { email } = await users.someone();

    const wrong = await users.signIn(email, 'wrong password');
    const unknown = await users.signIn(stranger(), 'wrong password');

    expect(wrong.body.code).toBe('users.sign-in-failed');
    expect([wrong.status, { ...wrong.body, instance: '' }]).toEqual([401, { ...unknown.body, instance: '' }]);
  });

  it('is locked out after five failures, also with the right password, and so is nobody', async () => {
    const { email } = await users.someone();
    const nobody = stranger();
    for (const address of [email, nobody]) {
      for (let time = 0; time < 5; time++) expect((await users.signIn(address, 'wrong')).status).toBe(401);
    }

    const right = await users.signIn(email.toUpperCase());
    const unknown = await users.signIn(nobody);

    expect([right.status, right.body.code]).toEqual([429, 'users.too-many-attempts']);
    expect([unknown.status, unknown.body.code]).toEqual([429, 'users.too-many-attempts']);
  });

  it('is told by no more than five answers whether one of many guesses at a time was right', async () => {
    const { email } = await users.someone();
    const guesses = Array.from({ length: 30 }, (_, n) => `wrong guess ${n}`);

    const answers = await Promise.all(guesses.map((guess) => users.signIn(email, guess)));

    expect(answers.filter(({ status }) => status === 401)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(25);
  });
});

describe('A refresh token', () => {
  it('brings the next, and an access token', async () => {
    const { id, refreshToken } = await users.someone();

    const { status, body } = await users.refresh(refreshToken);

    expect(status).toBe(200);
    expect(body.refreshToken).not.toBe(refreshToken);
    const me = await users.scenario.http('GET /users/me', { token: body.accessToken });
    expect(me).toMatchObject({ status: 200, body: { id } });
    expect((await users.refresh(body.refreshToken)).status).toBe(200);
  });

  it('that is used twice ends all that came from its sign-in, and nothing else', async () => {
    const { email, refreshToken } = await users.someone();
    const elsewhere = (await users.signIn(email)).body.refreshToken;
    const next = (await users.refresh(refreshToken)).body.refreshToken;

    const reused = await users.refresh(refreshToken);

    expect([reused.status, reused.body.code]).toEqual([401, 'users.refresh-refused']);
    expect((await users.refresh(next)).status).toBe(401);
    expect((await users.refresh(elsewhere)).status).toBe(200);
  });

  it('that several use at a time brings one of them the next, which does not last', async () => {
    const { refreshToken } = await users.someone();

    const answers = await Promise.all(Array.from({ length: 5 }, () => users.refresh(refreshToken)));

    const [won, ...others] = answers.filter(({ status }) => status === 200);
    expect([won?.status, others]).toEqual([200, []]);
    expect((await users.refresh(won!.body.refreshToken)).status).toBe(401);
  });

  it('ends with signing out, which may be said twice, and of anything', async () => {
    const { refreshToken } = await users.someone();
    const next = (await users.refresh(refreshToken)).body.refreshToken;

    const said = [await users.signOut(next), await users.signOut(next), await users.signOut('never seen')];

    expect(said.map(({ status }) => status)).toEqual([204, 204, 204]);
    expect((await users.refresh(next)).status).toBe(401);
  });

  it('is no access token, nor the other way round', async () => {
    const { accessToken, refreshToken } = await users.someone();

    expect((await users.refresh(accessToken.slice(0, 200))).status).toBe(401);
    expect((await users.scenario.http('GET /users/me', { token: refreshToken })).status).toBe(401);
  });
});

describe('A profile', () => {
  it('is shown to its owner, without what is nobody’s business', async () => {
    const { id, email, me } = await users.someone();

    expect((await me('GET')).body).toEqual({
      id,
      email,
      name: 'Bea',
      roles: ['customer'],
      preferences: { orderMails: true },
    });
  });

  it('is announced when it changes, and only then', async () => {
    const { id, email, me } = await users.someone();

    const changed = await me('PATCH', { name: 'Beatrix' });
    await me('PATCH', { name: 'Beatrix' });

    expect(changed).toMatchObject({ status: 200, body: { id, name: 'Beatrix' } });
    expect(
      await users.scenario.published(CustomerProfileChanged, ({ customerId }) => customerId === id),
    ).toEqual({
      customerId: id,
      name: 'Beatrix',
      email,
    });
    expect(await users.scenario.story(id)).toEqual([CustomerRegistered.type, CustomerProfileChanged.type]);
  });

  it.each<[string, object]>([
    ['roles', { roles: ['staff'] }],
    ['email', { email: 'eve@example.org' }],
    ['id', { id: uuidv7() }],
    ['passwordHash', { passwordHash: 'x' }],
  ])('does not let its owner write %s', async (field, stolen) => {
    const { me } = await users.someone();

    const answer = await me('PATCH', { name: 'Eve', ...stolen });

    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } });
    expect((await me('GET')).body).toMatchObject({ name: 'Bea', roles: ['customer'] });
  });

  it('has preferences, which are announced when they change', async () => {
    const { id, me } = await users.someone();

    expect(await me('PUT /preferences', { orderMails: false })).toEqual({
      status: 200,
      body: { orderMails: false },
    });
    await me('PUT /preferences', { orderMails: false });

    expect((await me('GET')).body.preferences).toEqual({ orderMails: false });
    expect(await users.scenario.story(id)).toEqual([
      CustomerRegistered.type,
      CustomerPreferencesChanged.type,
    ]);
  });

  it('of nobody is not found, and is nothing without a token', async () => {
    expect((await users.scenario.http('GET /users/me', { as: 'nobody' })).status).toBe(404);
    expect((await users.scenario.http('GET /users/me')).status).toBe(401);
    const noPatch = await users.scenario.http('PATCH /users/me', { as: 'nobody', body: { name: 'Eve' } });
    expect(noPatch.body.code).toBe('users.account-not-found');
  });
});

describe('Addresses', () => {
  it('are listed to their owner, newest first, page by page', async () => {
    const { me } = await users.someone();
    for (const line1 of ['One', 'Two', 'Three'])
      await me('POST /addresses', { ...HOME, line1, line2: 'Top 4' });

    const { body: first } = await me('GET /addresses?limit=2');
    const { body: last } = await me(`GET /addresses?limit=2&cursor=${first.nextCursor}`);

    expect(first.items).toMatchObject([{ line1: 'Three' }, { line1: 'Two' }]);
    expect(last).toEqual({
      items: [{ ...HOME, id: expect.any(String), line1: 'One', line2: 'Top 4' }],
      nextCursor: null,
    });
  });

  it('are told to other contexts that ask for those of this customer', async () => {
    const { id: customerId, me } = await users.someone();
    const eve = await users.someone('Eve');
    const { id: addressId } = (await me('POST /addresses', HOME)).body;
    const ask = (whose: string, which: string) =>
      users.scenario.ask(DeliveryAddress, { customerId: whose, addressId: which });

    expect(await ask(customerId, addressId)).toEqual({ address: HOME });
    await expect(ask(eve.id, addressId)).rejects.toThrow(UnknownAddress);
    await expect(ask(customerId, uuidv7())).rejects.toThrow(UnknownAddress);
  });

  it('are removed by their owner, and are not there for anybody else', async () => {
    const { me } = await users.someone();
    const eve = await users.someone('Eve');
    const { id } = (await me('POST /addresses', HOME)).body;

    expect(await eve.me(`DELETE /addresses/${id}`)).toMatchObject({
      status: 404,
      body: { code: 'users.address-not-found' },
    });
    expect((await eve.me('GET /addresses')).body.items).toEqual([]);
    expect((await me(`DELETE /addresses/${id}`)).status).toBe(204);
    expect((await me(`DELETE /addresses/${id}`)).status).toBe(404);
  });

  it('are added once per idempotency key', async () => {
    const { me } = await users.someone();
    const key = randomUUID();

    await Promise.all([me('POST /addresses', HOME, key), me('POST /addresses', HOME, key)]);

    expect((await me('GET /addresses')).body.items).toHaveLength(1);
    expect((await me('POST /addresses', { ...HOME, city: 'Graz' }, key)).status).toBe(422);
  });

  it('need an account', async () => {
    const answer = await users.scenario.http('POST /users/me/addresses', { as: 'nobody', body: HOME });

    expect(answer).toMatchObject({ status: 404, body: { code: 'users.account-not-found' } });
  });

  it.each<[string, object]>([
    ['country', { country: 'at' }],
    ['country', { country: 'AUT' }],
    ['line1', { line1: '' }],
    ['postalCode', { postalCode: 1010 }],
    ['accountId', { accountId: uuidv7() }],
  ])('with a wrong %s are refused by name', async (field, wrong) => {
    const { me } = await users.someone();

    expect(await me('POST /addresses', { ...HOME, ...wrong })).toMatchObject({
      status: 400,
      body: { errors: [{ field }] },
    });
  });
});
