import type { Topology } from '@banyan/contracts';
import { grant, permissionsOf } from '@banyan/messaging';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Gives each deployable a broker user of its own name, with the least rights it needs. A new user gets a password, which
 * is told once; one that is there keeps its own. Resolves with what to tell the operator.
 * @throws Error in the words of rabbitmqctl when it refuses
 */
export async function applyUsers({
  url,
  prefix,
  topology,
}: {
  readonly url: string;
  readonly prefix?: string;
  readonly topology: Topology;
}): Promise<string> {
  const vhost = decodeURIComponent(new URL(url).pathname.slice(1)) || '/';
  const users = Object.entries(topology.deployables).map(([name, { contexts }]) =>
    permissionsOf({ name, contexts, prefix }),
  );
  const known = await rabbitmqctl('-q', 'list_users', '--no-table-headers');
  if (known === undefined)
    return [
      'rabbitmqctl is not on the PATH. Run where it is, with a password of your choice for each user:',
      ...users.flatMap((user) => [
        `rabbitmqctl add_user ${user.user}`,
        `rabbitmqctl ${grant(user, vhost).map(quoted).join(' ')}`,
      ]),
    ].join('\n');

  const names = known.split('\n').map((line) => line.split('\t')[0]);
  const told: string[] = [];
  for (const user of users) {
    if (names.includes(user.user)) told.push(`user ${user.user}: rights set`);
    else {
      const password = randomBytes(18).toString('base64url');
      await rabbitmqctl('-q', 'add_user', user.user, password);
      told.push(`user ${user.user}: made, with the password ${password}`);
    }
    await rabbitmqctl('-q', ...grant(user, vhost));
  }
  return told.join('\n');
}

/** Resolves with what it printed, or with nothing when there is no rabbitmqctl. */
async function rabbitmqctl(...args: string[]): Promise<string | undefined> {
  try {
    return (await run('rabbitmqctl', args)).stdout;
  } catch (error) {
    const { code, stderr, message } = error as { code?: string; stderr?: string; message: string };
    if (code === 'ENOENT') return undefined;
    throw new Error(`rabbitmqctl ${args[1]}: ${stderr?.trim() || message}`);
  }
}

const quoted = (text: string): string => (/^[\w./-]+$/.test(text) ? text : `'${text}'`);
