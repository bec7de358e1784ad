import { existsSync, readFileSync, statSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { basename, dirname, extname, join, relative, resolve } from 'node:path';
import { transformSync } from '@swc/core';
import { root } from '@banyan/servers';
import { withoutFailpoints } from './failpoints';

const options = require(join(root, 'tools', 'dev', 'swc.js')) as object;

export interface Compiled {
  /** Text by path in the built folder. */
  readonly files: ReadonlyMap<string, string>;
  /** Names of the npm packages that are loaded. */
  readonly packages: ReadonlySet<string>;
}

/** Compiles `main` to `main.js`, and all that it reaches to the place it has in the workspace. */
export function compileReachable(main: string): Compiled {
  const aliases = importNames();
  const files = new Map<string, string>();
  const packages = new Set<string>();
  const placeOf = (file: string): string =>
    file === main ? 'main.js' : relative(root, file).replace(/\.ts$/, '.js').replaceAll('\\', '/');

  const queue = [main];
  for (const file of queue) {
    const place = placeOf(file);
    if (files.has(place)) continue;
    if (extname(file) === '.json') {
      files.set(place, readFileSync(file, 'utf8'));
      continue;
    }
    const { code, map } = transformSync(withoutFailpoints(readFileSync(file, 'utf8'), file), {
      ...options,
      filename: file,
      sourceMaps: true,
    });
    // What is left after types are erased is what is loaded.
    const linked = code.replace(/\b(require|import)\("([^"]+)"\)/g, (call, how: string, name: string) => {
      if (isBuiltin(name)) return call;
      const target = name.startsWith('.') ? sourceOf(resolve(dirname(file), name)) : aliases.get(name);
      if (!target) {
        if (name.startsWith('.')) throw new Error(`${placeOf(file)} loads ${name}, which is not there.`);
        packages.add(packageOf(name));
        return call;
      }
      queue.push(target);
      const path = relative(dirname(place), placeOf(target)).replaceAll('\\', '/');
      return `${how}("${path.startsWith('.') ? path : `./${path}`}")`;
    });
    files.set(place, `${linked}\n//# sourceMappingURL=${basename(place)}.map\n`);
    files.set(`${place}.map`, map ?? '');
  }
  return { files, packages };
}

/** Import names of this workspace and their files: the paths of tsconfig.base.json. */
function importNames(): Map<string, string> {
  const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.base.json'), 'utf8')) as {
    compilerOptions: { paths: Record<string, [string]> };
  };
  return new Map(Object.entries(compilerOptions.paths).map(([name, [file]]) => [name, join(root, file)]));
}

const sourceOf = (path: string): string | undefined =>
  [path, `${path}.ts`, join(path, 'index.ts')].find((file) => existsSync(file) && statSync(file).isFile());

const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
