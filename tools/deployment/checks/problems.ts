import type { Draft, Manifest } from '../manifest';
import { TOPOLOGY } from '../shop/names';
import type { Shop } from '../shop/shop';
import { addressProblems } from './addresses';
import { dockerfileProblems } from './dockerfile';
import { acceptedFields, fieldProblems } from './fields';
import { meshProblems } from './mesh';
import { networkProblems } from './network';
import { podProblems } from './pods';
import { kustomizationProblems, referenceProblems, secretProblems } from './references';

/** All that is wrong with the files for a shop, in sentences: what a cluster would refuse, or find out too late. */
export function problemsOf(drafts: readonly Draft[], shop: Shop): string[] {
  const under = (folder: string): Manifest[] =>
    drafts.flatMap(({ path, content }) =>
      path.startsWith(`kubernetes/${folder}/`) && 'manifests' in content ? content.manifests : [],
    );
  const [servers, jobs, base] = [under('servers'), under('jobs'), under('base')];
  const linkerd = [...base, ...under('overlays/linkerd')];
  const istio = [...base, ...under('overlays/istio')];
  const cluster = [...servers, ...jobs, ...base];
  const everything = [...cluster, ...under('overlays')];
  return [
    ...new Set([
      ...kustomizationProblems(drafts),
      ...referenceProblems(servers, []),
      ...referenceProblems(jobs, []),
      ...[base, linkerd, istio].flatMap((manifests) => referenceProblems(manifests, [TOPOLOGY])),
      ...secretProblems(cluster, shop),
      ...addressProblems(drafts, base),
      ...podProblems(cluster),
      ...networkProblems(cluster, shop),
      ...meshProblems({ linkerd, istio }, shop),
      ...fieldProblems(everything, acceptedFields()),
      ...drafts.flatMap(({ path, content }) =>
        path === 'Dockerfile' && 'text' in content ? dockerfileProblems(content.text) : [],
      ),
    ]),
  ];
}
