import { ContextUnavailable } from '@banyan/contracts';
import { httpAdapter, prepareHttp } from '@banyan/http';
import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import * as fc from 'fast-check';
import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AuthModule } from './auth.module';
import { JwtGuard, Public, Roles } from './jwt-guard';
import { CurrentPerson, type Person } from './person';
import { SigningKeys } from './signing-keys';

const ANN = '0190b6a0-0000-7000-8000-000000000001';

@Controller()
class ShopController {
  @Get('me')
  me(@CurrentPerson() person: Person) {
    return person;
  }

  @Post('receipts')
  @HttpCode(204)
  @Roles('staff')
  receive() {}

  @Public()
  @Get('products')
  products() {
    return [];
  }

  @MessagePattern('anything')
  answer() {}
}

@Public()
@Controller('open')
class OpenController {
  @Get()
  open() {
    return {};
  }
}

const ours = generateKeyPairSync('rsa', { modulusLength: 2048 });
const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

class KnownKeys extends SigningKeys {
  asked = 0;
  away = false;
  known: Record<string, KeyObject> = { 'key-1': ours.publicKey };

  async keyFor(kid: string): Promise<KeyObject | undefined> {
    this.asked++;
    if (this.away) throw new ContextUnavailable('users', 'no answer');
    return this.known[kid];
  }
}

let app: NestFastifyApplication;
let keys: KnownKeys;

beforeEach(async () => {
  keys = new KnownKeys();
  const module = await Test.createTestingModule({
    imports: [AuthModule.accepting(keys)],
    controllers: [ShopController, OpenController],
  }).compile();
  app = module.createNestApplication<NestFastifyApplication>(httpAdapter(), { logger: false });
  await prepareHttp(app, { accessLog: false });
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
});
afterEach(() => app.close());

const now = () => Math.floor(Date.now() / 1_000);
const header = (changed: object = {}) => ({ alg: 'RS256', typ: 'at+jwt', kid: 'key-1', ...changed });
const claims = (changed: object = {}) => ({
  iss: 'banyan',
  aud: 'banyan-api',
  sub: ANN,
  roles: ['customer'],
  iat: now(),
  exp: now() + 60,
  ...changed,
});
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(head: object, body: unknown, key = ours.privateKey, hash = 'RSA-SHA256'): string {
  const text = `${part(head)}.${part(body)}`;
  return `${text}.${createSign(hash).update(text).sign(key, 'base64url')}`;
}

const call = (token?: string, url = '/api/v1/me', method: 'GET' | 'POST' = 'GET') =>
  app.inject({ method, url, headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

describe('A person with an access token', () => {
  it('is known by id and roles', async () => {
    const token = signed(
      header(),
      claims({ sub: ANN.toUpperCase(), roles: ['staff', 'customer', 'emperor'] }),
    );

    const answer = await call(token);

    expect([answer.statusCode, answer.json()]).toEqual([200, { id: ANN, roles: ['customer', 'staff'] }]);
  });

  it('is kept from what another role may do', async () => {
    const receive = (roles: string[]) =>
      call(signed(header(), claims({ roles })), '/api/v1/receipts', 'POST');

    const [customer, staff] = [await receive(['customer']), await receive(['staff'])];

    expect([customer.statusCode, customer.json().code]).toEqual([403, 'auth.role-missing']);
    expect(staff.statusCode).toBe(204);
  });

  it('has the signature checked once, while it is used again and again', async () => {
    const token = signed(header(), claims());

    for (let time = 0; time < 5; time++) await call(token);

    expect(keys.asked).toBe(1);
  });

  it('is refused once it has expired, however lately it was verified', async () => {
    const token = signed(header(), claims({ exp: now() + 60 }));
    await call(token);

    jest.spyOn(Date, 'now').mockReturnValue((now() + 61) * 1_000);
    const late = await call(token);
    jest.restoreAllMocks();

    expect([late.statusCode, late.json().code]).toEqual([401, 'auth.token-expired']);
  });

  it('waits when the keys cannot be had', async () => {
    keys.away = true;

    expect((await call(signed(header(), claims()))).statusCode).toBe(503);
  });
});

describe('Nobody', () => {
  it('is asked for a token, as a problem document', async () => {
    const answer = await call();

    expect([answer.statusCode, answer.json().code]).toEqual([401, 'auth.token-missing']);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="banyan"');
  });

  it.each(['/api/v1/products', '/api/v1/open'])(
    'may see what is public: %s, also with a bad token',
    async (url) => {
      expect((await call(undefined, url)).statusCode).toBe(200);
      expect((await call('nonsense', url)).statusCode).toBe(200);
    },
  );
});

describe('A token is refused', () => {
  const publicPem = ours.publicKey.export({ type: 'spki', format: 'pem' });
  const hmac = (head: object, secret: string | Buffer) => {
    const text = `${part(head)}.${part(claims())}`;
    return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  };
  const jwk = foreign.publicKey.export({ format: 'jwk' });

  it.each<[string, () => string]>([
    ['without a signature', () => `${part(header({ alg: 'none' }))}.${part(claims())}.`],
    ['without a signature, spelt otherwise', () => `${part(header({ alg: 'nOnE' }))}.${part(claims())}.`],
    ['under HS256, the public key as the secret', () => hmac(header({ alg: 'HS256' }), publicPem)],
    [
      'under another RSA algorithm, by the right key',
      () => signed(header({ alg: 'RS512' }), claims(), ours.privateKey, 'RSA-SHA512'),
    ],
  ])('%s, for what its header says and before any key is looked for', async (_what, token) => {
    const answer = await call(token());

    expect([answer.statusCode, answer.json().detail]).toEqual([401, 'The token is not signed with RS256']);
    expect(keys.asked).toBe(0);
  });

  it.each<[string, () => string]>([
    ['with its signature cut off', () => signed(header(), claims()).replace(/[^.]+$/, '')],
    ['under HS256 that claims to be RS256', () => hmac(header(), publicPem)],
    ['under a foreign key', () => signed(header(), claims(), foreign.privateKey)],
    [
      'with claims changed after signing',
      () => signed(header(), claims()).replace(/\.[^.]+\./, `.${part(claims({ roles: ['staff'] }))}.`),
    ],
    ['under an unknown key id, by a key that we know', () => signed(header({ kid: 'key-2' }), claims())],
    ['without a key id', () => signed(header({ kid: undefined }), claims())],
    ['with a key id that is a path', () => signed(header({ kid: '../../../dev/null' }), claims())],
    ['with a key id that is a property', () => signed(header({ kid: '__proto__' }), claims())],
    ['with a key id that is a list', () => signed(header({ kid: ['key-1'] }), claims())],
    ['with a key of its own', () => signed(header({ jwk }), claims(), foreign.privateKey)],
    [
      'with a key of its own under an id of its own',
      () => signed(header({ kid: 'key-2', jwk: { ...jwk, kid: 'key-2' } }), claims(), foreign.privateKey),
    ],
    ['with a critical extension', () => signed(header({ crit: ['b64'], b64: false }), claims())],
    ['of another type', () => signed(header({ typ: 'JWT' }), claims())],
    ['of no type', () => signed(header({ typ: undefined }), claims())],
    ['of another issuer', () => signed(header(), claims({ iss: 'somebody' }))],
    ['for another audience', () => signed(header(), claims({ aud: 'another-api' }))],
    ['for no audience', () => signed(header(), claims({ aud: undefined }))],
    ['that never expires', () => signed(header(), claims({ exp: undefined }))],
    ['that expires in words', () => signed(header(), claims({ exp: '9999999999' }))],
    ['that is not valid yet', () => signed(header(), claims({ nbf: now() + 60 }))],
    ['without a person', () => signed(header(), claims({ sub: undefined }))],
    ['for a person who is no uuid', () => signed(header(), claims({ sub: 'ann' }))],
    ['without roles', () => signed(header(), claims({ roles: undefined }))],
    ['with roles in words', () => signed(header(), claims({ roles: 'staff' }))],
    ['that is no object', () => signed(header(), 'claims')],
    ['that is no token', () => 'nonsense'],
    ['that is dots', () => '..'],
  ])('%s', async (_what, token) => {
    const answer = await call(token());

    expect([answer.statusCode, answer.json().code]).toEqual([401, 'auth.token-invalid']);
    expect(answer.headers['www-authenticate']).toMatch(
      /^Bearer realm="banyan", error="invalid_token", error_description="[^"]+"$/,
    );
  });

  it.each(['jku', 'x5u'])('with a link to a key (%s), which nobody follows', async (name) => {
    let followed = 0;
    const elsewhere = createServer((_, response) => {
      followed++;
      response.end(JSON.stringify({ keys: [{ ...jwk, kid: 'key-1', alg: 'RS256', use: 'sig' }] }));
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const link = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/jwks.json`;

    const answer = await call(signed(header({ [name]: link }), claims(), foreign.privateKey));
    await new Promise((resolve) => elsewhere.close(resolve));

    expect([answer.statusCode, answer.json().code, followed]).toEqual([401, 'auth.token-invalid', 0]);
  });

  it('that has expired, under a code of its own', async () => {
    const answer = await call(signed(header(), claims({ exp: now() - 1 })));

    expect([answer.statusCode, answer.json().code]).toEqual([401, 'auth.token-expired']);
  });

  it('whatever it is made of', async () => {
    const noise = fc
      .oneof(fc.string({ unit: 'grapheme-ascii' }), fc.json())
      .map((text) => Buffer.from(text).toString('base64url'));
    const tokens = fc
      .tuple(fc.constantFrom(part(header()), part({}), part(null)), noise, noise)
      .map((parts) => parts.join('.'));

    await fc.assert(
      fc.asyncProperty(tokens, async (token) => (await call(token)).statusCode === 401),
      { numRuns: 100 },
    );
  });
});

describe('The guard', () => {
  it('lets messages pass', async () => {
    const guard = new JwtGuard({} as never);

    expect(await guard.canActivate({ getType: () => 'rpc' } as never)).toBe(true);
  });
});
