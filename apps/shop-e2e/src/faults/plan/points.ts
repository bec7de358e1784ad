import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from '../../shop/deployable';

const SOURCE = join(WORKSPACE, 'libs/platform/messaging/src');

/** Every failpoint that messaging names, read anew from its source, so that none can be forgotten. */
export const POINTS: readonly string[] = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .flatMap((file) => [...readFileSync(join(SOURCE, file), 'utf8').matchAll(/\bfailpoint\('([^']+)'\)/g)])
  .map(([, name]) => name!)
  .filter((name, index, all) => all.indexOf(name) === index)
  .sort();

/** Passed only where messages travel over a broker. */
export const needsBroker = (point: string): boolean => point.startsWith('rabbitmq.');

/** Passed only by a handler that fails. */
export const needsFailure = (point: string): boolean => point.includes('failure-noted');

/** Passed only while a subscriber in the same process is owed something. */
export const needsDebt = (point: string): boolean => point === 'relay.after-catch-up';
