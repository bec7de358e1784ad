import { backoffMs, Waker } from './waker';

describe('A backoff', () => {
  const delays = (attempt: number) => Array.from({ length: 500 }, () => backoffMs(attempt, 100, 60_000));

  it.each([
    [0, 50, 100],
    [1, 100, 200],
    [4, 800, 1_600],
    [12, 30_000, 60_000],
    [1_000, 30_000, 60_000],
  ])('after attempt %i lies between %i and %i ms', (attempt, least, most) => {
    for (const delay of delays(attempt)) {
      expect(delay).toBeGreaterThanOrEqual(least);
      expect(delay).toBeLessThanOrEqual(most);
    }
  });

  it('leaves half of it to chance, so that what failed together does not come back together', () => {
    const seen = delays(4);

    expect(Math.min(...seen)).toBeLessThan(1_000);
    expect(Math.max(...seen)).toBeGreaterThan(1_400);
  });
});

describe('A waker', () => {
  it('ends a sleep at once', async () => {
    const waker = new Waker();
    const sleep = waker.sleep(60_000);

    waker.wake();

    await expect(sleep).resolves.toBeUndefined();
  });

  it('keeps a wake that comes while nobody sleeps, once', async () => {
    const waker = new Waker();
    waker.wake();
    waker.wake();
    await waker.sleep(60_000);
    const began = performance.now();

    await waker.sleep(30);

    expect(performance.now() - began).toBeGreaterThan(25);
  });
});
