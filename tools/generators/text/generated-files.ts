import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { GENERATE } from '../../contracts/problems/problem';

/** What `generateContracts` writes. */
export const CONTRACTS_WRITE = [
  'contract.lock.json and asyncapi.json of each contract',
  'message-map.json',
  'docs/message-map.md',
  'docs/shop.md',
];
/** What follows the topology: `generateDeployment`, and the pictures. */
export const TOPOLOGY_WRITES = ['docs/shop.md', 'deploy/'];

/** Says what is generated once the files are on disk, so that a dry run tells all that the command would touch. */
export function foretell(...files: readonly string[]): void {
  process.stdout.write(`THEN ${[...new Set(files)].join(', ')}\n`);
}

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
