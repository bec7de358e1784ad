/**
 * Prints an access token of the development issuer:
 *   npm run token -- ann             for the customer called ann
 *   npm run token -- bob --staff     for somebody who runs the shop
 * Options: --id <uuid> (Default: made from the name), --hours <n> (Default: 8). Only the token goes to standard output.
 */
import { DevelopmentIssuer, personIdOf, type Role } from '@banyan/auth';
import { parseArgs } from 'node:util';
import { validate as isUuid } from 'uuid';

const USAGE = 'Usage: npm run token -- <name> [--staff] [--id <uuid>] [--hours <n>]';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { staff: { type: 'boolean' }, id: { type: 'string' }, hours: { type: 'string', default: '8' } },
  });
  const [name] = positionals;
  if (positionals.length > 1 || (name === undefined && values.id === undefined)) throw new Error(USAGE);
  if (values.id !== undefined && !isUuid(values.id)) throw new Error(`"${values.id}" is no uuid. ${USAGE}`);
  const hours = Number(values.hours);
  if (!(hours > 0)) throw new Error(`"${values.hours}" is no number of hours. ${USAGE}`);

  const personId = values.id ?? personIdOf(name!);
  const roles: Role[] = values.staff ? ['customer', 'staff'] : ['customer'];
  const token = await new DevelopmentIssuer().issue({ personId, roles, validForMs: hours * 3_600_000 });
  process.stderr.write(`${name ?? 'person'} ${personId} (${roles.join(', ')}), for ${hours} h\n`);
  process.stdout.write(`${token}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
