import { hash, verify } from '@node-rs/argon2';
import { interleave, perSecond, ratio } from '../measuring';
import { linesOf } from '../report';
import type { Scenario } from '../scenario';
import { openShop } from '../shop';

const TOGETHER = 8;
const PASSWORD = 'a password for benchmarks';

/** What a sign-in costs beside the password hash, which is meant to cost. */
export const signIn: Scenario = {
  title: 'Sign-in, eight at a time',
  async run(bench) {
    const shop = await openShop(bench, {
      env: { USERS_ARGON2_MEMORY_KIB: '19456', USERS_ARGON2_PASSES: '2' },
    });
    await shop.signUp(TOGETHER);
    const stored = await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
    const signIn = async (n: number) => {
      const answer = await fetch(`${shop.served.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: `customer.${n}@example.com`, password: PASSWORD }),
      });
      if (answer.status !== 200) throw new Error(`signing in was answered ${answer.status}`);
      await answer.arrayBuffer();
    };
    const rounds = await interleave(
      [
        {
          name: 'argon2id alone',
          round: () => perSecond(bench.roundMs, TOGETHER, () => verify(stored, PASSWORD)),
        },
        { name: 'POST /auth/login', round: () => perSecond(bench.roundMs, TOGETHER, signIn) },
      ],
      bench.rounds,
    );
    await shop.stop();
    return {
      lines: linesOf(rounds, 'sign-ins/s'),
      targets: [
        {
          what: 'of argon2id alone',
          value: ratio(rounds, 'POST /auth/login', 'argon2id alone'),
          atLeast: 0.5,
        },
      ],
      notes: [
        'argon2id with 19 MiB and two passes (OWASP). A sign-in also counts failures, signs an access token with RS256 and stores a refresh family.',
      ],
    };
  },
};
