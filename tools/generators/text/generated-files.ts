import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { GENERATE } from '../../contracts/problems/problem';

const GENERATE_DEPLOYMENT = 'node -r ./tools/dev/register.js tools/deployment/generate.ts';

/**
 * Writes locks, documents, message map and pictures anew, once the files of a generator are on disk. A process of its own,
 * since it reads the new code. @throws Error when the code does not fit what was agreed; the reasons were printed.
 */
export const generateContracts = (root: string): Promise<void> => regenerate(root, GENERATE);

/** Writes deploy/ anew, for topology and message map as they are on disk. @throws Error as above */
export const generateDeployment = (root: string): Promise<void> => regenerate(root, GENERATE_DEPLOYMENT);

async function regenerate(root: string, command: string): Promise<void> {
  const [, ...args] = command.split(' ');
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
    process.stdout.write(stdout + stderr);
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    process.stderr.write(stdout + stderr);
    throw new Error(
      `The files are written, but not what is generated from them. Mend what is said above, then: ${command}`,
    );
  }
}
