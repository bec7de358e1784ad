/**
 * Signs in at a shop that runs, and prints the access token, for use with curl:
 *   npm run -s token -- ann                                    the customer of the seed
 *   npm run -s token -- sam                                    the member of staff of the seed
 *   npm run -s token -- eve@example.org "her own password"     anybody
 * Options: --url <address> (Default: that of the monolith in topology.json). Only the token goes to standard output.
 */
import { loadTopology } from '@banyan/hosting';
import { parseArgs } from 'node:util';

const USAGE = 'Usage: npm run -s token -- <ann | sam | e-mail password> [--url <address>]';

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { url: { type: 'string', default: loadTopology().deployables['monolith']?.url } },
  });
  const [name, secret] = positionals;
  if (!name || positionals.length > 2) throw new Error(USAGE);
  const email = name.includes('@') ? name : `${name}@example.org`;
  const password = secret ?? `banyan-demo-${name}`;

  const answer = await fetch(`${values.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  }).catch(() => {
    throw new Error(`Nothing answers on ${values.url}; start it with npx nx serve monolith`);
  });
  const body = (await answer.json()) as { accessToken?: string; expiresIn?: number; detail?: string };
  if (!body.accessToken) throw new Error(`${email} cannot sign in: ${body.detail ?? answer.status}`);
  process.stderr.write(`${email}, for ${Math.round((body.expiresIn ?? 0) / 60)} minutes\n`);
  process.stdout.write(`${body.accessToken}\n`);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
