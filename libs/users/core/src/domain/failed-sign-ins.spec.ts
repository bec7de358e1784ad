import * as fc from 'fast-check';
import { FailedSignIns, FORGOTTEN_AFTER_MS } from './failed-sign-ins';

const rules = { failures: 5, firstMs: 30_000, longestMs: 900_000 };
const at = (ms: number) => new Date(ms);

/** Fails as soon as one may, and tells how long one was locked out before each. */
function guessing(times: number): number[] {
  const failed = FailedSignIns.none();
  const waits: number[] = [];
  for (let now = 0; waits.length < times;) {
    const wait = failed.lockedForMs(rules, at(now));
    now += wait;
    failed.fail(at(now));
    waits.push(wait);
  }
  return waits;
}

describe('Failed sign-ins', () => {
  it('lead to a lock after the fifth, twice as long after each that follows, and 15 minutes at most', () => {
    expect(guessing(12)).toEqual([
      0, 0, 0, 0, 0, 30_000, 60_000, 120_000, 240_000, 480_000, 900_000, 900_000,
    ]);
  });

  it('are forgotten when one succeeds, and after a day without another', () => {
    const failed = FailedSignIns.none();
    for (let time = 0; time < 5; time++) failed.fail(at(0));
    failed.forget();
    expect(failed.lockedForMs(rules, at(0))).toBe(0);

    for (let time = 0; time < 5; time++) failed.fail(at(0));
    failed.fail(at(FORGOTTEN_AFTER_MS));
    expect(failed.snapshot()).toEqual({ failures: 1, lastAt: at(FORGOTTEN_AFTER_MS) });
  });

  it('never let anybody guess more often than the locks allow, whenever they come', () => {
    const pauses = fc.array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(pauses, (pauses) => {
        const failed = FailedSignIns.none();
        const told: number[] = [];
        let now = 0;
        for (const pause of pauses) {
          now += pause;
          if (failed.lockedForMs(rules, at(now)) > 0) continue;
          failed.fail(at(now));
          told.push(now);
        }
        told.slice(rules.failures).forEach((time, n) => {
          const before = told[rules.failures + n - 1]!;
          expect(time - before).toBeGreaterThanOrEqual(Math.min(rules.firstMs * 2 ** n, rules.longestMs));
        });
      }),
    );
  });

  it('are counted in whichever order they are told', () => {
    const failed = FailedSignIns.none();
    failed.fail(at(2_000));
    failed.fail(at(1_000));

    expect(failed.snapshot()).toEqual({ failures: 2, lastAt: at(2_000) });
  });
});
