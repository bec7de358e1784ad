import { eventually, personIdOf, Scenario } from '@banyan/testing';
import { CustomerRegistered } from '@shop/users/contract';
import { DeliveryDue } from './features/deliver-notification/delivery-due';
import { NotificationsModule } from './notifications.module';
import { MailServer } from './testing/mail-server';

const server = new MailServer();
let notifications: Scenario;

beforeAll(async () => {
  // Its port is known, and nobody listens there when the context starts.
  await server.start();
  await server.stop();
  process.env['SMTP_URL'] = server.url;
  notifications = await Scenario.of(NotificationsModule);
  delete process.env['SMTP_URL'];
});
afterAll(async () => {
  await notifications.stop();
  await server.stop();
});
beforeEach(() => {
  for (const list of [server.received, server.seen, server.refusals]) list.length = 0;
});

const register = (name: string) =>
  notifications.publish(
    CustomerRegistered({
      customerId: personIdOf(name),
      name,
      email: `${name}@example.org`,
      preferences: { orderMails: true },
    }),
  );
const welcomeOf = async (as: string) =>
  (await notifications.http('GET /notifications', { as })).body.items[0];
/** Waits for the welcome and one attempt at it, which has set the next one's time. */
const attempted = async (as: string) => {
  const { id } = await eventually(async () => (await welcomeOf(as)) ?? false);
  await notifications.quiet();
  return id as string;
};
const again = async (notificationId: string) => {
  await notifications.due(DeliveryDue({ notificationId }));
  await notifications.quiet();
};

describe('A context that mails', () => {
  it('starts and works while its mail server is away, and mails once it is there', async () => {
    await register('ann');
    const id = await attempted('ann');
    expect(await welcomeOf('ann')).toMatchObject({ status: 'pending' });

    await server.start();
    await again(id);

    expect(await welcomeOf('ann')).toMatchObject({ status: 'sent' });
    expect(server.received.map(({ to }) => to)).toEqual([['ann@example.org']]);
  });

  it('mails again what was refused for now, as the same mail', async () => {
    server.refusals.push('451 busy', '452 full');
    await register('bob');
    const id = await attempted('bob');

    await again(id);
    await again(id);
    await again(id);

    expect(await welcomeOf('bob')).toMatchObject({ status: 'sent' });
    expect(server.received).toHaveLength(1);
    expect(server.seen).toHaveLength(3);
    expect(new Set(server.seen).size).toBe(1);
  });

  it('gives up what is refused for good, and keeps it readable', async () => {
    server.refusals.push(...Array.from({ length: 5 }, () => '550 no such person'));
    await register('cleo');
    const id = await attempted('cleo');

    for (let times = 0; times < 4; times++) await again(id);

    expect(await welcomeOf('cleo')).toMatchObject({ status: 'failed', subject: 'Welcome to Banyan' });
    expect(server.seen).toHaveLength(3);
  });
});
