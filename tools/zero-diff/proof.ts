import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Topology } from '@banyan/contracts';
import { Checkout } from './checkout';
import { failedChecks } from './checks';
import { differences, type Hashes, isCode } from './hashes';
import { assertOnlyMoved, move, placementOf } from './move';

/** The eighth context rewards each completed order; another hears of the rewards. No line of either is written by hand. */
export const COMMANDS: readonly (readonly [generator: string, ...args: string[]])[] = [
  ['context', 'loyalty', '--aggregate', 'reward', '--verb', 'grant'],
  ['context', 'badges', '--on', 'loyalty.reward-granted'],
  ['event', 'loyalty', 'reward-expired'],
  ['command', 'loyalty', 'revoke-reward'],
];
const NEW = ['loyalty', 'badges'];
/** Where a new context is plugged in. */
const MONOLITH = 'apps/monolith/src/main.ts';

/** What a step of the proof says when it went well: a sentence with its figures. */
export interface Step {
  readonly what: string;
  readonly seen: string;
  readonly seconds: number;
}

/**
 * Takes every context out of a copy of this checkout and puts it back, and a new one that it generates there, and compares
 * hashes. Calls `onStep` after each step. Without `play`, nothing is checked or started but the commands. (Default: with)
 * @throws Error that says which step failed, and how
 */
export async function prove(
  copy: Checkout,
  onStep: (step: Step) => void = () => undefined,
  { play = true }: { play?: boolean } = {},
): Promise<Step[]> {
  const steps: Step[] = [];
  const step = async (what: string, act: () => Promise<string> | string): Promise<void> => {
    const began = performance.now();
    const seen = await act();
    steps.push({ what, seen, seconds: (performance.now() - began) / 1_000 });
    onStep(steps.at(-1)!);
  };
  const contexts = await atHome(copy);
  const written = copy.hashes();

  await step('Generate the eighth context, and one that hears it', async () => {
    for (const [generator, ...args] of COMMANDS) await copy.generate(generator, ...args);
    const changed = differences(written, copy.hashes()).filter(isCode);
    const others = changed.filter((path) => path !== MONOLITH && !NEW.some((name) => isOf(name, path)));
    if (others.length > 0) throw new Error(`Generating touched code of others: ${others.join(', ')}`);
    return `${changed.length - 1} new files of code, and two lines for each context in ${MONOLITH}`;
  });
  if (play) {
    await step(
      'Its types, lint, format, contracts, design, deployment and specs, in the monolith',
      async () => {
        const failed = await failedChecks(copy, NEW);
        if (failed.length > 0) throw new Error(failed.join('\n\n'));
        return 'all green';
      },
    );
  }
  const before = copy.hashes();
  const placed = placementOf(copy);
  const alike = (): void => assertSameCode(before, copy.hashes());

  if (play) {
    await step(
      'Play it in the monolith, extracted, with the whole journey, and absorbed, with the whole journey',
      async () => {
        const passed = await playEighth(copy, { full: true });
        alike();
        return `${passed} tests passed; ${SAME}`;
      },
    );
    await step('Extract it again: contracts, deployment and the conformance suite', async () => {
      await move(copy, 'extract', 'loyalty');
      await assertCurrent(copy);
      const suite = ['-c', 'libs/platform/messaging/jest.config.js', 'conformance'];
      const passed = await testsPassed(copy, suite, SHORT);
      alike();
      return `${passed} tests passed; ${SAME}`;
    });
    await step('Absorb it again: contracts and deployment', async () => {
      await move(copy, 'absorb', 'loyalty');
      await assertCurrent(copy);
      alike();
      return SAME;
    });
  }
  for (const context of [...contexts, 'loyalty'])
    await step(`Extract ${context}, and absorb it`, async () => {
      const out = await move(copy, 'extract', context);
      const back = await move(copy, 'absorb', context);
      alike();
      return `topology.json, and ${out.length - 1} and ${back.length - 1} files that follow it; ${SAME}`;
    });
  await step('Compare the whole tree with what it was before the first extraction', async () => {
    await assertCurrent(copy);
    const after = copy.hashes();
    const elsewhere = differences(placed, placementOf(copy));
    if (elsewhere.length > 0) throw new Error(`Placed otherwise than before: ${elsewhere.join(', ')}`);
    const changed = assertOnlyMoved(before, after, 'all of this');
    return `${[...after.keys()].filter(isCode).length} of ${after.size} files are code, none of which differs; ${changed.join(', ')} differ by the revision alone`;
  });
  await step('Change one byte, to see that it would have been found', () => {
    const planted = 'libs/orders/core/src/domain/order.ts';
    appendFileSync(join(copy.folder, planted), '\n');
    const found = differences(before, copy.hashes()).filter(isCode);
    if (found.join() !== planted) throw new Error(`A byte more in ${planted} was seen as: ${found.join()}`);
    return `${planted} is named`;
  });
  return steps;
}

const SAME = 'no code differs';
/** As `npm run test:full` and `npm test` have it. */
const FULL = { BANYAN_FULL: '1' };
const SHORT = { BANYAN_FULL: '' };

/** Plays the eighth context in real processes; returns how many tests passed. */
export const playEighth = (copy: Checkout, { full }: { full: boolean }): Promise<number> =>
  testsPassed(
    copy,
    ['-c', 'apps/shop-e2e/jest.config.js', '--testMatch', '**/eighth.play.ts'],
    full ? FULL : SHORT,
  );

/** @throws Error naming the files of contexts, platform and deployables that are not as they were */
export function assertSameCode(before: Hashes, after: Hashes): void {
  const changed = differences(before, after).filter(isCode);
  if (changed.length > 0) throw new Error(`Code differs: ${changed.join(', ')}`);
}

/** Nothing is left for a person to generate. */
async function assertCurrent(copy: Checkout): Promise<void> {
  await Promise.all([copy.script('tools/contracts/check.ts'), copy.script('tools/deployment/check.ts')]);
}

async function testsPassed(
  copy: Checkout,
  args: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): Promise<number> {
  const result = join(copy.folder, 'tmp/result.json');
  mkdirSync(dirname(result), { recursive: true });
  await copy.jest([...args, '--json', '--outputFile', result], extra);
  const { numPassedTests } = JSON.parse(readFileSync(result, 'utf8')) as { numPassedTests: number };
  if (numPassedTests === 0) throw new Error(`No test ran: jest ${args.join(' ')}`);
  return numPassedTests;
}

const isOf = (context: string, path: string): boolean =>
  path.startsWith(`libs/${context}/`) || path.startsWith(`apps/${context}-service/`);

/** Absorbs what runs apart in this checkout, and answers which contexts there are. */
async function atHome(copy: Checkout): Promise<string[]> {
  const { deployables } = JSON.parse(readFileSync(join(copy.folder, 'topology.json'), 'utf8')) as Topology;
  const { monolith, ...apart } = deployables;
  const services = Object.values(apart).flatMap(({ contexts }) => contexts);
  for (const context of services) await copy.generate('absorb', context);
  return [...(monolith?.contexts ?? []), ...services];
}
