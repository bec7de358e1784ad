import type { Database } from '@banyan/persistence';
import { eventually } from '@banyan/testing';
import { TimerClock } from './timer-clock';

describe('The clock of timers', () => {
  it('hears of a timer that is set just before it falls asleep', async () => {
    let looks = 0;
    const query = async (sql: string): Promise<unknown[]> => {
      if (sql.startsWith('WITH due')) {
        looks += 1;
        return [];
      }
      // Too late to be counted here, too early for a sleeper to be woken.
      if (looks === 1) clock.setUntil(new Date());
      return [{ ms: null }];
    };
    const database = { context: 'orders', query, run: (work: () => Promise<unknown>) => work() };
    const clock = new TimerClock(database as unknown as Database, undefined as never);
    clock.start();

    await eventually(() => looks === 2, { timeoutMs: 2_000 });

    await clock.stop();
  });
});
