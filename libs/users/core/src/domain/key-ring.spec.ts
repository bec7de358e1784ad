import * as fc from 'fast-check';
import { ANNOUNCED_MS, KeyRing, type NewKey, type SigningKey } from './key-ring';

const MINUTE = 60_000;
const at = (ms: number) => new Date(ms);
const key = (kid: string): NewKey => ({ kid, publicKey: { n: '', e: '' }, privateKey: '' });
const kids = (ring: KeyRing) => ring.snapshot().map(({ kid }) => kid);

describe('Signing keys', () => {
  const rules = { rotationMs: 60 * MINUTE, tokenLifeMs: 10 * MINUTE };

  it('begin with one that signs at once', () => {
    const ring = KeyRing.restore([]);

    ring.turn(rules, key('a'), at(0));

    expect(ring.signer(at(0))?.kid).toBe('a');
  });

  it('are followed by another, which is announced before its time and signs from then on', () => {
    const ring = KeyRing.restore([]);
    ring.turn(rules, key('a'), at(0));

    ring.turn(rules, key('early'), at(48 * MINUTE));
    ring.turn(rules, key('b'), at(49 * MINUTE));
    ring.turn(rules, key('twice'), at(50 * MINUTE));

    expect(kids(ring)).toEqual(['a', 'b']);
    expect(ring.signer(at(59 * MINUTE))?.kid).toBe('a');
    expect(ring.signer(at(60 * MINUTE))?.kid).toBe('b');
  });

  it('go when no token of theirs is alive', () => {
    const ring = KeyRing.restore([]);
    ring.turn(rules, key('a'), at(0));
    ring.turn(rules, key('b'), at(49 * MINUTE));

    ring.retire(rules, at(70 * MINUTE));
    expect(kids(ring)).toEqual(['a', 'b']);
    ring.retire(rules, at(71 * MINUTE));
    expect(kids(ring)).toEqual(['b']);
  });

  it('are announced for long enough also when nobody was there at their time', () => {
    const ring = KeyRing.restore([]);
    ring.turn(rules, key('a'), at(0));

    ring.turn(rules, key('b'), at(500 * MINUTE));

    expect(ring.signer(at(500 * MINUTE + ANNOUNCED_MS - 1))?.kid).toBe('a');
    expect(ring.signer(at(500 * MINUTE + ANNOUNCED_MS))?.kid).toBe('b');
  });
});

/** Instances that come and go, look after the keys now and then, and sign; for as long as a few rotations take. */
describe('Over any time, with any number of instances', () => {
  const steps = fc.array(
    fc.record({
      pauseMs: fc.oneof(fc.integer({ min: 0, max: MINUTE }), fc.integer({ min: 0, max: 90 * MINUTE })),
      does: fc.constantFrom('turn', 'sign', 'sign'),
      /** How far the clock of this instance is off. */
      skewMs: fc.integer({ min: -15_000, max: 15_000 }),
    }),
    { maxLength: 120 },
  );
  const rules = fc.record({
    rotationMs: fc.integer({ min: 22 * MINUTE, max: 200 * MINUTE }),
    tokenLifeMs: fc.integer({ min: MINUTE, max: 120 * MINUTE }),
  });

  it('the key that signs has been public for 10 minutes, and every token that is alive can be verified', () => {
    fc.assert(
      fc.property(rules, steps, (rules, steps) => {
        let keys: readonly SigningKey[] = [];
        let now = 1_000 * MINUTE;
        let tokens: { readonly kid: string; readonly expires: number }[] = [];
        const published = new Map<string, number>();
        const first = () => keys.length === 0;

        for (const { pauseMs, does, skewMs } of [{ pauseMs: 0, does: 'turn', skewMs: 0 }, ...steps]) {
          now += pauseMs;
          const ring = KeyRing.restore(keys);
          const clock = at(now + skewMs);
          if (does === 'turn') {
            const kid = `key-${published.size}`;
            if (ring.needsNext(rules, clock)) published.set(kid, first() ? -Infinity : now);
            ring.turn(rules, key(kid), clock);
            ring.retire(rules, clock);
            keys = ring.snapshot();
          } else {
            const { kid } = ring.signer(clock)!;
            expect(now - published.get(kid)!).toBeGreaterThanOrEqual(10 * MINUTE);
            tokens.push({ kid, expires: now + rules.tokenLifeMs });
          }
          tokens = tokens.filter(({ expires }) => expires > now);
          for (const { kid } of tokens) expect(keys.map((each) => each.kid)).toContain(kid);
        }
      }),
      { numRuns: 300 },
    );
  });
});
