import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { draftsOf, manifestsOf } from './files';
import type { Manifest } from './manifest';
import type { Shop } from './shop/shop';
import { allApart, extracted, monolithAlone, shopWith } from './testing/placements';
import { textsOf } from './workspace';

const FOLDERS = ['servers', 'jobs', 'base', 'overlays/linkerd', 'overlays/istio'];

interface Placed {
  readonly namespace?: string;
}

/** Whoever has one of them tests with it; the report says `skipped` elsewhere. */
const tool = [
  ['kubectl', 'kustomize'],
  ['kustomize', 'build'],
].find(([program, ...words]) => spawnSync(program!, [...words, '--help']).status === 0);

/** Everything that kustomize makes of a folder. */
function built(folder: string): Manifest[] {
  const [program, ...words] = tool!;
  const { status, stdout, stderr } = spawnSync(program!, [...words, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return parseAllDocuments(stdout).map((document) => document.toJS() as Manifest);
}

/** As they are written, or as kustomize has them: with a hash behind the name of a ConfigMap. */
const names = (manifests: readonly Manifest[]): string[] =>
  manifests
    .map(
      ({ kind, metadata: { name } }) =>
        `${kind} ${kind === 'ConfigMap' ? name.replace(/-\w{10}$/, '') : name}`,
    )
    .sort();

describe('Kustomize', () => {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-kustomize-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  (tool ? it : it.skip).each<[string, Shop]>([
    ['the monolith', shopWith(monolithAlone)],
    ['orders apart', shopWith(extracted('orders'))],
    ['all apart', shopWith(allApart)],
  ])(
    'makes of %s what was written, in every folder',
    async (name, shop) => {
      const place = join(folder, name);
      for (const [path, text] of await textsOf(shop)) {
        mkdirSync(dirname(join(place, path)), { recursive: true });
        writeFileSync(join(place, path), text);
      }
      const written = (path: string) =>
        manifestsOf(
          draftsOf(shop).filter(
            (draft) =>
              dirname(draft.path) === `kubernetes/${path}` && !draft.path.endsWith('kustomization.yaml'),
          ),
        );
      const base = [...names(written('base')), 'ConfigMap topology'];

      for (const path of FOLDERS) {
        const manifests = built(join(place, 'kubernetes', path));
        const under = path.startsWith('overlays/') || path === 'base' ? base : [];
        const own = path === 'base' ? [] : names(written(path));

        expect(names(manifests)).toEqual([...under, ...own].sort());
        const elsewhere = manifests.filter(
          ({ kind, metadata }) => kind !== 'Namespace' && (metadata as Placed).namespace !== 'banyan',
        );
        expect(names(elsewhere)).toEqual([]);
      }
    },
    60_000,
  );
});
