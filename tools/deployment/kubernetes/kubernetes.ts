import type { Draft, Manifest } from '../manifest';
import {
  MIGRATIONS,
  NAMESPACE,
  POSTGRES,
  PROVIDER,
  PROVIDER_MIGRATIONS,
  PROVIDER_PORT,
  PROVIDER_SCHEMA,
  RABBITMQ,
  TOPOLOGY,
} from '../shop/names';
import type { Shop } from '../shop/shop';
import { serverManifests, serverOf } from './deployable';
import { databaseOf } from './environment';
import { value } from './pod';
import { jobs } from './jobs';
import { denied, policyOf } from './network';
import { brokerUsers, namespace, postgres, rabbitmq } from './servers';

/** Three steps of a roll-out, each a folder for `kubectl apply -k`: servers, jobs, base. */
export const kubernetes = (shop: Shop): Draft[] => [
  ...folder('kubernetes/servers', {
    'namespace.yaml': [namespace, ...denied],
    'postgres.yaml': [postgres(shop), policyOf(POSTGRES, shop)],
    ...(shop.broker && { 'rabbitmq.yaml': [rabbitmq, policyOf(RABBITMQ, shop), ...brokerUsers(shop)] }),
  }),
  ...folder(
    'kubernetes/jobs',
    {
      'jobs.yaml': [
        ...jobs(shop),
        policyOf(MIGRATIONS, shop),
        ...(shop.provider ? [policyOf(PROVIDER_MIGRATIONS, shop)] : []),
        ...(shop.broker ? [policyOf(TOPOLOGY, shop)] : []),
      ],
    },
    { images: [image('operations', shop)] },
  ),
  ...folder(
    'kubernetes/base',
    {
      ...Object.fromEntries(
        shop.places.map((place) => [
          `${place.name}.yaml`,
          [...serverManifests(serverOf(place, shop.broker)), policyOf(place.name, shop)],
        ]),
      ),
      ...(shop.provider && {
        [`${PROVIDER}.yaml`]: [...serverManifests(provider), policyOf(PROVIDER, shop)],
      }),
    },
    {
      images: [...shop.places.map(({ name }) => name), ...(shop.provider ? [PROVIDER] : [])].map((name) =>
        image(name, shop),
      ),
      // Under a name that holds a hash of the content, so that another placement is rolled out like another image.
      configMapGenerator: [{ name: TOPOLOGY, files: ['topology.json'] }],
    },
  ),
  { path: 'kubernetes/base/topology.json', content: { json: shop.topology } },
];

const provider = {
  name: PROVIDER,
  port: PROVIDER_PORT,
  env: [value('PORT', String(PROVIDER_PORT)), databaseOf(PROVIDER_SCHEMA)],
  contexts: 1,
  placed: false,
};

const image = (name: string, { version }: Shop) => ({ name: `banyan/${name}`, newTag: version });

/** Files of manifests, and the kustomization that lists them. */
export function folder(
  path: string,
  files: Readonly<Record<string, readonly Manifest[]>>,
  more: { readonly resources?: readonly string[]; readonly [field: string]: unknown } = {},
): Draft[] {
  const { resources = [], ...rest } = more;
  return [
    {
      path: `${path}/kustomization.yaml`,
      content: {
        yaml: {
          apiVersion: 'kustomize.config.k8s.io/v1beta1',
          kind: 'Kustomization',
          namespace: NAMESPACE,
          resources: [...resources, ...Object.keys(files)],
          ...rest,
        },
      },
    },
    ...Object.entries(files).map(([name, manifests]): Draft => ({
      path: `${path}/${name}`,
      content: { manifests },
    })),
  ];
}
