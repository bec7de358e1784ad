import type { Operation } from '../fuzz/requests';
import type { Row } from './rows';

/** The owner of what is asked for, and those who are not. */
export const PEOPLE = ['anybody', 'owner', 'other', 'staff'] as const;
export type Who = (typeof PEOPLE)[number];

/**
 * `yes`: answered. `own`: answered with what is the asker's own, and nothing of the owner's. `all`: answered, the
 * owner's included. A status: refused, 404 as if there were no such thing.
 */
export type Verdict = 'yes' | 'own' | 'all' | 401 | 403 | 404;

/** Who gets what: of tokens and roles as the document says, of what belongs to a person as the row says. @throws Error where neither does */
export function verdictsOn(operation: Operation, row: Row | undefined): Readonly<Record<Who, Verdict>> {
  const name = nameOf(operation);
  if (!row) throw new Error(`${name} has no row in authorisation/rows.ts: say how to ask, and whose it is`);
  const { open, roles, path } = operation;
  const belongs = row.others !== undefined && row.staff !== undefined;
  if (open || roles) {
    if (belongs) throw new Error(`${name} is for whoever its document says, not for an owner`);
    if (open) return { anybody: 'yes', owner: 'yes', other: 'yes', staff: 'yes' };
    const asks = (role: string): Verdict => (roles!.includes(role) ? 'yes' : 403);
    return { anybody: 401, owner: asks('customer'), other: asks('customer'), staff: asks('staff') };
  }
  if (!belongs) throw new Error(`${name} is for whoever signs in: its row must say what is whose`);
  if (/\{(id|\w+Id)\}/.test(path) && row.others !== 404)
    throw new Error(`${name} names something by id: for others it must not be there`);
  return { anybody: 401, owner: 'yes', other: row.others!, staff: row.staff! };
}

/** `GET /orders/{id}` */
export const nameOf = ({ method, path }: Operation): string => `${method} ${path.replace('/api/v1', '')}`;

/** The page that tells people. */
export function pageOf(operations: readonly Operation[], rows: Readonly<Record<string, Row>>): string {
  const table = operations.map((operation) => {
    const verdicts = verdictsOn(operation, rows[nameOf(operation)]);
    return [`\`${nameOf(operation)}\``, ...PEOPLE.map((who) => String(verdicts[who]))];
  });
  return `# Who may do what

Every operation, and who is answered: anybody, the customer whose thing it is, another customer, and staff. Tokens and
roles are as the OpenAPI document says (\`security\`, \`x-roles\`); whose a thing is stands in
\`apps/shop-e2e/src/authorisation/rows.ts\`. A test asks each question as each of the four; an operation without a row fails it.

- **yes**: answered
- **own**: answered with what is the asker's own, and nothing of the owner's
- **all**: answered, the owner's included
- **401** without a token, **403** without the role, **404** as if there were no such thing

${lines([['Operation', 'anybody', 'owner', 'another customer', 'staff'], ...table])}

This page is made by \`BANYAN_WRITE_DOCS=1 npx jest -i -c apps/shop-e2e/jest.config.js authorisation\`.
`;
}

function lines([head, ...rows]: string[][]): string {
  const width = (column: number) => Math.max(...[head!, ...rows].map((row) => row[column]!.length));
  const line = (row: string[]) => `| ${row.map((cell, n) => cell.padEnd(width(n))).join(' | ')} |`;
  return [line(head!), line(head!.map((_, n) => '-'.repeat(width(n)))), ...rows.map(line)].join('\n');
}
