import { labels, podsOf } from '../kubernetes/labels';
import type { Draft, Manifest } from '../manifest';
import { doorEdges, httpEdges } from '../shop/edges';
import { PROVIDER, PROVIDER_PORT } from '../shop/names';
import type { Place, Shop } from '../shop/shop';
import { controlPlanePolicy, overlay, proxyPolicies, UNMESHED_PORTS } from './overlay';
import { TRACKS, trackServices } from './split';

const POLICY = 'policy.linkerd.io';
/** Where identities, addresses and policies are asked for in the namespace `linkerd`. */
const CONTROL_PLANE = ['linkerd', [8080, 8086, 8090]] as const;
/** Where a proxy may take what is for any port of its pod. */
const PROXY_PORT = 4143;

/** Linkerd: mTLS between all pods of the shop, and each server open only to those that really call it. */
export function linkerd(shop: Shop): Draft[] {
  const servers = [
    ...shop.places,
    ...(shop.provider ? [{ name: PROVIDER, port: PROVIDER_PORT, door: false }] : []),
  ];
  return overlay(
    'linkerd',
    {
      'authorization.yaml': servers.flatMap((server) => authorization(server, shop)),
      'split.yaml': shop.places.flatMap((place) => [...trackServices(place), split(place)]),
      'network.yaml': [
        controlPlanePolicy(...CONTROL_PLANE),
        ...proxyPolicies([...httpEdges(shop), ...doorEdges(shop)], PROXY_PORT),
      ],
    },
    {
      annotations: {
        'linkerd.io/inject': 'enabled',
        'config.linkerd.io/skip-outbound-ports': UNMESHED_PORTS,
        // Requests in hand end first, as without a mesh.
        'config.alpha.linkerd.io/proxy-wait-before-exit-seconds': '5',
      },
    },
  );
}

function authorization({ name, door }: Pick<Place, 'name' | 'door'>, shop: Shop): Manifest[] {
  const callers = httpEdges(shop).filter(({ to }) => to === name);
  return [
    {
      apiVersion: `${POLICY}/v1beta3`,
      kind: 'Server',
      metadata: { name, labels: labels(name) },
      spec: {
        podSelector: { matchLabels: podsOf(name) },
        port: 'http',
        proxyProtocol: 'HTTP/1',
        accessPolicy: 'deny',
      },
    },
    ...(callers.length > 0
      ? [
          {
            apiVersion: `${POLICY}/v1alpha1`,
            kind: 'MeshTLSAuthentication',
            metadata: { name: `${name}-callers`, labels: labels(name) },
            spec: { identityRefs: callers.map(({ from }) => ({ kind: 'ServiceAccount', name: from })) },
          },
          allow(name, `${name}-callers`, 'MeshTLSAuthentication'),
        ]
      : []),
    // Who may come to the door is told by address alone, and by the network policy: clients are in no mesh.
    ...(door
      ? [
          {
            apiVersion: `${POLICY}/v1alpha1`,
            kind: 'NetworkAuthentication',
            metadata: { name: `${name}-clients`, labels: labels(name) },
            spec: { networks: [{ cidr: '0.0.0.0/0' }, { cidr: '::/0' }] },
          },
          allow(name, `${name}-clients`, 'NetworkAuthentication'),
        ]
      : []),
  ];
}

const allow = (server: string, authentication: string, kind: string): Manifest => ({
  apiVersion: `${POLICY}/v1alpha1`,
  kind: 'AuthorizationPolicy',
  metadata: { name: authentication, labels: labels(server) },
  spec: {
    targetRef: { group: POLICY, kind: 'Server', name: server },
    requiredAuthenticationRefs: [{ group: POLICY, kind, name: authentication }],
  },
});

/** Neither retries nor timeouts: docs/mesh.md says why. */
const split = ({ name, port }: Place): Manifest => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name, labels: labels(name) },
  spec: {
    parentRefs: [{ group: '', kind: 'Service', name, port }],
    rules: [
      { backendRefs: TRACKS.map((track) => ({ name: `${name}-${track.name}`, port, weight: track.weight })) },
    ],
  },
});
