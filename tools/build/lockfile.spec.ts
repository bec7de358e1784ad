import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@banyan/servers';
import type { Lock } from './dependencies';

/** `place needs name` for each optional dependency that is locked nowhere. */
function missingOptionals({ packages }: Lock): string[] {
  return Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(
        (name) => ![`${place}/node_modules/${name}`, `node_modules/${name}`].some((at) => at in packages),
      )
      .map((name) => `${place} needs ${name}`),
  );
}

describe('The lockfile', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as Lock;

  it('holds the binaries of every platform, so that npm ci works on other systems than the one that wrote it', () => {
    expect(missingOptionals(lock)).toEqual([]);
  });

  it('would be found lacking one', () => {
    const packages = { ...lock.packages };
    delete packages['node_modules/@swc/core-darwin-arm64'];

    expect(missingOptionals({ ...lock, packages })).toEqual([
      'node_modules/@swc/core needs @swc/core-darwin-arm64',
    ]);
  });

  it('names no place to download from, since everyone has their own registry', () => {
    expect(Object.values(lock.packages).filter((each) => 'resolved' in each)).toEqual([]);
  });
});
