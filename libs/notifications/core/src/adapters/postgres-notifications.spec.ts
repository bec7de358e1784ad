import { contextDatabase, type ContextDatabase, inMemorySeam } from '@banyan/testing';
import { v7 as uuidv7 } from 'uuid';
import { Notification } from '../domain/notification';
import { welcome } from '../domain/templates';
import { KeepRecipient, KeepRecipientHandler } from '../features/keep-recipient/keep-recipient';
import { TellCustomer, TellCustomerHandler } from '../features/tell-customer/tell-customer';
import { ANN, BOB } from '../testing/notifications';
import { notifications as migration } from './migrations/0001-notifications';
import { PostgresNotifications } from './postgres-notifications';
import { PostgresRecipients } from './postgres-recipients';

let context: ContextDatabase;
let notifications: PostgresNotifications;
let recipients: PostgresRecipients;

beforeAll(async () => {
  context = await contextDatabase({ name: 'notifications', migrations: [migration] });
  notifications = new PostgresNotifications(context.database);
  recipients = new PostgresRecipients(context.database);
});
afterAll(() => context.drop());
beforeEach(async () => {
  for (const table of ['notifications', 'recipients']) await context.database.query(`DELETE FROM ${table}`);
});

const NOON = new Date('2026-03-02T12:00:00.000Z');

const add = async (customerId = ANN, causeId: string = uuidv7()) => {
  const notification = Notification.of({ id: uuidv7(), customerId, causeId, ...welcome() }, NOON);
  const added = await context.database.run(() =>
    recipients.change(customerId, () => notifications.add(notification)),
  );
  return { added, id: notification.snapshot().id, state: notification.snapshot() };
};

describe('Notifications in PostgreSQL', () => {
  it('come back as they went, with their story', async () => {
    const { id, state } = await add();
    const failure = { at: NOON.toISOString(), setback: 'later', why: '451 busy', times: 1 };

    await context.database.run(() =>
      notifications.change(id, (notification) => notification.setBack('later', '451 busy', NOON)),
    );

    expect((await notifications.get(id)).snapshot()).toEqual({ ...state, failures: [failure] });
  });

  it('are added once per cause, however many hear of it at once', async () => {
    const causeId = uuidv7();

    const all = await Promise.all(Array.from({ length: 6 }, () => add(ANN, causeId)));

    expect(all.filter(({ added }) => added)).toHaveLength(1);
    expect(await notifications.of(ANN, { limit: 10 })).toHaveLength(1);
  });

  it('are listed newest first, page by page, to their own reader only', async () => {
    const ids = [(await add()).id, (await add(BOB)).id, (await add()).id];

    const page = await notifications.of(ANN, { limit: 1 });
    const rest = await notifications.of(ANN, { limit: 5, after: page[0]!.id });

    expect([...page, ...rest].map(({ id }) => id)).toEqual([ids[2], ids[0]]);
    expect(page).toEqual([{ id: ids[2], ...welcome(), at: NOON.toISOString(), status: 'pending' }]);
  });
});

describe('Recipients in PostgreSQL', () => {
  it('are unknown until they are heard of', async () => {
    expect((await recipients.get(ANN)).address).toBeUndefined();

    await context.database.run(() =>
      recipients.change(ANN, (ann) => ann.registered({ name: 'Ann', email: 'ann@example.org' })),
    );

    expect((await recipients.get(ANN)).address).toEqual({ name: 'Ann', email: 'ann@example.org' });
  });

  it('miss nothing that is told to them while they register', async () => {
    const { database } = context;
    const { timers, transaction } = inMemorySeam();
    const both = { run: <T>(work: () => Promise<T>) => transaction.run(() => database.run(work)) };
    const tell = new TellCustomerHandler(recipients, notifications, timers, both);
    const keep = new KeepRecipientHandler(recipients, notifications, timers, both);
    const people = Array.from({ length: 10 }, () => uuidv7());
    const facts = { name: 'Ann', email: 'ann@example.org', orderMails: true };

    await Promise.all(
      people.flatMap((customerId) => [
        tell.execute(new TellCustomer(customerId, uuidv7(), welcome())),
        keep.execute(new KeepRecipient(customerId, facts, 'registered')),
        tell.execute(new TellCustomer(customerId, uuidv7(), welcome())),
      ]),
    );

    expect(timers.waiting).toHaveLength(20);
  });
});
