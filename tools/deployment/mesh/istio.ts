import { labels, podsOf } from '../kubernetes/labels';
import type { Draft, Manifest } from '../manifest';
import { httpEdges } from '../shop/edges';
import { NAMESPACE, PROVIDER, PROVIDER_PORT } from '../shop/names';
import type { Place, Shop } from '../shop/shop';
import { controlPlanePolicy, overlay, UNMESHED_PORTS } from './overlay';
import { TRACKS } from './split';

const CONTROL_PLANE = ['istio-system', [15012]] as const;
/** The gateway that brings clients in; with strict mTLS nobody else can. */
const GATEWAY_NAMESPACE = 'istio-ingress';

/** Istio with sidecars: mTLS and nothing else between all pods of the shop, and each open only to those that really call it. */
export function istio(shop: Shop): Draft[] {
  const servers = [
    ...shop.places,
    ...(shop.provider ? [{ name: PROVIDER, port: PROVIDER_PORT, door: false }] : []),
  ];
  return overlay(
    'istio',
    {
      'authorization.yaml': [strict, nobody, ...servers.flatMap((server) => authorization(server, shop))],
      'split.yaml': shop.places.flatMap(split),
      'network.yaml': [controlPlanePolicy(...CONTROL_PLANE)],
    },
    {
      labels: { 'sidecar.istio.io/inject': 'true' },
      annotations: {
        'traffic.sidecar.istio.io/excludeOutboundPorts': UNMESHED_PORTS,
        'proxy.istio.io/config': JSON.stringify({ holdApplicationUntilProxyStarts: true }),
      },
    },
  );
}

const strict: Manifest = {
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { name: 'default' },
  spec: { mtls: { mode: 'STRICT' } },
};

/** Without rules it allows nothing; those below allow one by one. */
const nobody: Manifest = {
  apiVersion: 'security.istio.io/v1',
  kind: 'AuthorizationPolicy',
  metadata: { name: 'default-deny' },
  spec: {},
};

function authorization({ name, port, door }: Pick<Place, 'name' | 'port' | 'door'>, shop: Shop): Manifest[] {
  const callers = httpEdges(shop).filter(({ to }) => to === name);
  const from = [
    ...(callers.length > 0 ? [{ source: { principals: callers.map((edge) => principal(edge.from)) } }] : []),
    ...(door ? [{ source: { namespaces: [GATEWAY_NAMESPACE] } }] : []),
  ];
  if (from.length === 0) return [];
  return [
    {
      apiVersion: 'security.istio.io/v1',
      kind: 'AuthorizationPolicy',
      metadata: { name, labels: labels(name) },
      spec: {
        selector: { matchLabels: podsOf(name) },
        action: 'ALLOW',
        rules: [{ from, to: [{ operation: { ports: [String(port)] } }] }],
      },
    },
  ];
}

export const principal = (account: string): string => `cluster.local/ns/${NAMESPACE}/sa/${account}`;

/** Istio would try a failed request twice again unless told otherwise: docs/mesh.md says why it must not. */
const split = ({ name, port }: Place): Manifest[] => [
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'DestinationRule',
    metadata: { name, labels: labels(name) },
    spec: {
      host: name,
      trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
      subsets: TRACKS.map((track) => ({ name: track.name, labels: track.labels })),
    },
  },
  {
    apiVersion: 'networking.istio.io/v1',
    kind: 'VirtualService',
    metadata: { name, labels: labels(name) },
    spec: {
      hosts: [name],
      http: [
        {
          route: TRACKS.map((track) => ({
            destination: { host: name, subset: track.name, port: { number: port } },
            weight: track.weight,
          })),
          retries: { attempts: 0 },
        },
      ],
    },
  },
];
