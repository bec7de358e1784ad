import { type ContextDefinition, definitionOf } from '@banyan/hosting';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';

/** The workspace's root. */
export const ROOT = join(__dirname, '..');

/** Every context of the workspace, found by its core: a new one is listed nowhere by hand. */
export function contextDefinitions(root = ROOT): ContextDefinition[] {
  return readdirSync(join(root, 'libs'))
    .map((name) => join(root, 'libs', name, 'core/src/index.ts'))
    .filter(existsSync)
    .flatMap((file) =>
      Object.values(require(file) as Record<string, unknown>)
        .filter(isContextModule)
        .map(definitionOf),
    );
}

function isContextModule(value: unknown): value is Type {
  if (typeof value !== 'function' || Reflect.getMetadata('imports', value) === undefined) return false;
  try {
    definitionOf(value as Type);
    return true;
  } catch {
    return false;
  }
}
