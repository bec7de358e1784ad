import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCE = join(__dirname, '../../src');

/** Every failpoint that the source names, with the file it is in; read anew, so that none can be forgotten. */
export function pointsInSource(folder = SOURCE): Map<string, string> {
  const points = new Map<string, string>();
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || file.endsWith('.spec.ts') || file === 'failpoints.ts') continue;
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, name] of text.matchAll(/failpoint\('([^']+)'\)/g)) points.set(name as string, file);
  }
  return points;
}

/** Those that only a broker's transport passes, and those that are passed in any case. */
export const pointsFor = (transport: 'in-process' | 'rabbitmq'): string[] =>
  [...pointsInSource()]
    .filter(([, file]) => transport === 'rabbitmq' || !file.startsWith('rabbitmq'))
    .map(([name]) => name)
    .sort();
