import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { examine } from './contracts';
import { GENERATE } from './problems/problem';
import { report } from './problems/report';

/*
 * Checks that contracts, subscriptions and requests fit what was agreed, and that the generated files are current:
 *   node -r ./tools/dev/register.js tools/contracts/check.ts [--since origin/main]
 * With --since, what was agreed is read from that commit, so that nothing allowed by name since then goes unseen.
 */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { root: { type: 'string', default: '.' }, since: { type: 'string' } },
  });
  const root = resolve(values.root);
  const { problems } = await examine(root, values.since ? { agreed: filesAt(root, values.since) } : {});
  report(problems);
  const bad = problems.filter(({ level }) => level !== 'worth knowing');
  if (bad.some(({ level }) => level === 'stale')) console.error(`Generate them again: ${GENERATE}`);
  if (bad.length === 0) console.log('Contracts, message map and documents fit the code.');
  return bad.length > 0 ? 1 : 0;
}

/** Reads files as they were at a commit. @throws TypeError when there is no such commit. */
function filesAt(root: string, commit: string): (path: string) => string | undefined {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    git('rev-parse', '--verify', `${commit}^{commit}`);
  } catch {
    throw new TypeError(`There is no commit ${commit} here; fetch it first`);
  }
  return (path) => {
    try {
      return git('show', `${commit}:./${path}`);
    } catch {
      return undefined;
    }
  };
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(error instanceof TypeError ? error.message : error);
    process.exitCode = 1;
  },
);
