import { execFileSync } from 'node:child_process';
import { GENERATE } from '../../contracts/problems/problem';

/**
 * Writes locks, documents and message map anew, once the files of a generator are on disk. A process of its own, since
 * it reads the new code. @throws Error when the code does not fit what was agreed; the reasons were printed.
 */
export function generateContracts(root: string): void {
  const [, ...args] = GENERATE.split(' ');
  try {
    execFileSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  } catch {
    throw new Error(
      `The files are written, but not the message map. Mend what is said above, then: ${GENERATE}`,
    );
  }
}
