import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from './finding';
import { contextsIn } from './sources';

/** Each context says on one screen what it owns, tells, hears and asks. */
export const readmes: Check = (root, { readmeLines }) =>
  contextsIn(root).flatMap((context) => {
    const place = `libs/${context}/README.md`;
    const file = join(root, place);
    const found = (text: string) => [{ check: 'READMEs', place, text }];
    if (!existsSync(file))
      return found(`${context} has no README. Say in it what the context owns, tells, hears and asks.`);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n').length;
    if (lines <= readmeLines) return [];
    return found(
      `It has ${lines} lines, and ${readmeLines} are enough. Leave out what the code says, and move decisions to docs/adr/.`,
    );
  });
