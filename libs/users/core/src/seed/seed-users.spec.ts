import { DeliveryAddress } from '@shop/users/contract';
import { type UsersScenario, usersScenario } from '../testing/users-scenario';
import { ANN, ANNS_ADDRESS, SAM } from './first-people';

describe('The people of the first day', () => {
  let users: UsersScenario;
  beforeAll(async () => (users = await usersScenario()));
  afterAll(() => users.scenario.stop());

  it('are not let in where it matters', async () => {
    process.env['NODE_ENV'] = 'production';
    await users.scenario.seed();
    process.env['NODE_ENV'] = 'test';

    expect((await users.signIn(ANN.email, ANN.password)).status).toBe(401);
  });

  it('are let in once, even where two processes begin at the same time', async () => {
    await Promise.allSettled([users.scenario.seed(), users.scenario.seed(), users.scenario.seed()]);
    await users.scenario.seed();

    const me = async ({ email, password }: typeof ANN | typeof SAM) => {
      const { accessToken } = (await users.signIn(email, password)).body;
      return (await users.scenario.http('GET /users/me', { token: accessToken })).body;
    };
    expect(await me(ANN)).toMatchObject({ id: ANN.id, roles: ['customer'] });
    expect(await me(SAM)).toMatchObject({ id: SAM.id, roles: ['customer', 'staff'] });
    const { id, ...address } = ANNS_ADDRESS;
    expect(await users.scenario.ask(DeliveryAddress, { customerId: ANN.id, addressId: id })).toEqual({
      address,
    });
    expect(await users.scenario.story(ANN.id)).toEqual(['users.customer-registered.v1']);
  });
});
