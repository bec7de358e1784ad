import { EmailTaken } from '../../domain/users-errors';
import { users } from '../../testing/users';

describe('Registering', () => {
  it('opens an account, and announces it', async () => {
    const { register, published } = users();

    const customerId = await register('ann@example.org', 'right password');

    const data = { customerId, email: 'ann@example.org', name: 'Ann', preferences: { orderMails: true } };
    expect(published).toEqual([{ type: 'users.customer-registered', data }]);
  });

  it('is refused for an e-mail that is taken, whatever its case, and announces nothing', async () => {
    const { register, published } = users();
    await register('ann@example.org', 'right password');

    await expect(register('Ann@Example.org', 'another password')).rejects.toThrow(EmailTaken);

    expect(published).toHaveLength(1);
  });
});
