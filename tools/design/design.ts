import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { askingPolicies, chatter } from './asks';
import { boundaries } from './boundaries';
import { contracts } from './contracts';
import { type Check, DEFAULTS, type DesignSettings, type Finding } from './finding';
import { migrations } from './migrations';
import { publicApi } from './public-api';
import { readmes } from './readmes';

/** Every check, by the name under which it may be left out. */
export const CHECKS: Readonly<Record<string, Check>> = {
  boundaries,
  contracts,
  migrations,
  policies: askingPolicies,
  chatter,
  'public-api': publicApi,
  readmes,
};

/** What the checks find in the workspace at `root`. @throws Error when `skip` or `tools/design/design.settings.json` names what is unknown. */
export async function examineDesign(root: string, skip: readonly string[] = []): Promise<Finding[]> {
  const unknown = skip.filter((name) => !(name in CHECKS));
  if (unknown.length > 0)
    throw new Error(
      `There is no check ${unknown.join(' or ')}; there are ${Object.keys(CHECKS).join(', ')}.`,
    );
  const settings = settingsOf(root);
  const found: Finding[] = [];
  for (const [name, check] of Object.entries(CHECKS))
    if (!skip.includes(name)) found.push(...(await check(root, settings)));
  return found;
}

function settingsOf(root: string): DesignSettings {
  const file = join(root, 'tools/design/design.settings.json');
  if (!existsSync(file)) return DEFAULTS;
  const settings = JSON.parse(readFileSync(file, 'utf8')) as Partial<DesignSettings>;
  const unknown = Object.keys(settings).filter((name) => !(name in DEFAULTS));
  if (unknown.length > 0)
    throw new Error(
      `tools/design/design.settings.json has ${unknown.join(', ')}, which mean nothing; there are ${Object.keys(DEFAULTS).join(', ')}.`,
    );
  return { ...DEFAULTS, ...settings };
}
