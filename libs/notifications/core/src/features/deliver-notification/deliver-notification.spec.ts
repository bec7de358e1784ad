import { ANN, notifications } from '../../testing/notifications';

const untilNothingWaits = async ({ timers, deliver }: ReturnType<typeof notifications>, most = 50) => {
  for (let times = 0; times < most && timers.waiting.length > 0; times++) await deliver();
};

describe('A notification that is not taken', () => {
  it('is tried again under the same key, and announced once it is taken', async () => {
    const shop = notifications();
    const { registered, tell, deliver, mailer, rows, published } = shop;
    await registered(ANN);
    mailer.setbacks.push('later', 'away');
    await tell(ANN);

    await deliver();
    await deliver();
    expect(published).toEqual([]);
    await deliver();

    expect(mailer.taken).toMatchObject([{ key: 'welcome.0190b6a0-0000-7000-8000-0000000000c1' }]);
    expect(published).toHaveLength(1);
    expect([...rows.values()]).toMatchObject([
      { status: 'sent', failures: [{ setback: 'later' }, { setback: 'away' }] },
    ]);
  });

  it.each([
    ['later', 10],
    ['never', 3],
  ] as const)('is given up, with its story, when the server said %s %d times', async (setback, times) => {
    const shop = notifications();
    const { registered, tell, mailer, rows, published } = shop;
    await registered(ANN);
    mailer.setbacks.push(...Array.from({ length: 20 }, () => setback));
    await tell(ANN);

    await untilNothingWaits(shop);

    expect(mailer.setbacks).toHaveLength(20 - times);
    expect(published).toEqual([]);
    expect([...rows.values()]).toMatchObject([
      { status: 'failed', failures: [{ setback, times, why: `The server says: ${setback}` }] },
    ]);
  });

  it('outlasts a server that is away for long', async () => {
    const shop = notifications();
    const { registered, tell, mailer, told } = shop;
    await registered(ANN);
    mailer.setbacks.push(...Array.from({ length: 40 }, () => 'away' as const));
    await tell(ANN);

    await untilNothingWaits(shop);

    expect(await told(ANN)).toMatchObject([{ status: 'sent' }]);
  });
});
