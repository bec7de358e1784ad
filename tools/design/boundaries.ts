import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Check } from './finding';

/** Who imports whom, as the linter judges it. */
export const boundaries: Check = (root) => {
  const args = [join(root, 'tools/lint.js'), '--format', 'json', 'apps', 'libs'];
  const { stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  const begins = stdout.indexOf('[{');
  if (begins < 0) throw new Error(`The linter said nothing to be understood: ${stdout}${stderr}`);
  return findingsIn(root, JSON.parse(stdout.slice(begins)) as Linted[]);
};

interface Linted {
  readonly filePath: string;
  readonly messages: readonly {
    readonly ruleId: string | null;
    readonly line?: number;
    readonly message: string;
  }[];
}

const RULES = ['@nx/enforce-module-boundaries', '@typescript-eslint/no-restricted-imports'];

/** Of all that the linter said, what is about imports. */
export const findingsIn = (root: string, linted: readonly Linted[]) =>
  linted.flatMap(({ filePath, messages }) =>
    messages
      .filter(({ ruleId }) => ruleId === null || RULES.includes(ruleId))
      .map(({ line = 1, message }) => ({
        check: 'boundaries',
        place: `${filePath.replace(`${root}/`, '')}:${line}`,
        text: message.replaceAll(/\s*\n\s*/g, ' '),
      })),
  );
