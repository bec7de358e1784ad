import { compose } from './compose/compose';
import { dockerfile, dockerignore } from './images/dockerfile';
import { kubernetes } from './kubernetes/kubernetes';
import type { Draft, Manifest } from './manifest';
import { istio } from './mesh/istio';
import { linkerd } from './mesh/linkerd';
import { secretsPage } from './secrets';
import { BROKER_ADMIN_SECRET } from './shop/names';
import type { Shop } from './shop/shop';

/** All files of deploy/ for a placement. The same shop gives the same files. */
export function draftsOf(shop: Shop): Draft[] {
  const cluster = kubernetes(shop);
  return [
    dockerfile,
    dockerignore,
    { path: '.gitignore', content: { text: 'compose.env\n' } },
    { path: 'topology.json', content: { json: shop.topology } },
    ...compose(shop),
    ...cluster,
    secretsPage(manifestsOf(cluster), [BROKER_ADMIN_SECRET]),
    ...linkerd(shop),
    ...istio(shop),
  ];
}

export const manifestsOf = (drafts: readonly Draft[]): Manifest[] =>
  drafts.flatMap(({ content }) => ('manifests' in content ? content.manifests : []));
