import type { Manifest } from '../manifest';
import { type Edge, neededEdges } from '../shop/edges';
import { POSTGRES, POSTGRES_PORT, RABBITMQ } from '../shop/names';
import type { Shop } from '../shop/shop';
import { labels, named, NAMESPACES, OPERATOR_NAMESPACES, podsOf } from './labels';

const tcp = (...ports: readonly number[]) => ports.map((port) => ({ protocol: 'TCP', port }));
const pods = (name: string) => ({ podSelector: { matchLabels: podsOf(name) } });
const everywhere = { ipBlock: { cidr: '0.0.0.0/0' } };

const policy = (name: string, spec: object): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, labels: labels(name) },
  spec,
});

/** Nobody may reach anybody, except to look up names; everything else is allowed one by one. */
export const denied: Manifest[] = [
  policy('default-deny', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }),
  policy('names', {
    podSelector: {},
    policyTypes: ['Egress'],
    egress: [
      {
        to: [
          {
            namespaceSelector: { matchLabels: named('kube-system') },
            podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } },
          },
        ],
        ports: [{ protocol: 'UDP', port: 53 }, ...tcp(53)],
      },
    ],
  }),
];

/** What one workload needs: who may come in, and where it may go. */
export function policyOf(workload: string, shop: Shop): Manifest {
  const edges = neededEdges(shop);
  const ingress = byPort(edges.filter(({ to }) => to === workload)).map(([port, group]) => ({
    from: group.map(({ from }) => peer(from)),
    ports: tcp(port),
  }));
  const egress = byPort(edges.filter(({ from }) => from === workload)).map(([port, group]) => ({
    to: group.map(({ to }) => peer(to)),
    ports: tcp(port),
  }));
  const own = among[workload] ?? { ingress: [], egress: [] };
  return policy(workload, {
    podSelector: { matchLabels: podsOf(workload) },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [...ingress, ...own.ingress],
    egress: [...egress, ...own.egress],
  });
}

/** How the nodes of a server talk with each other, with their operator, and with the cluster that they learn their peers from. */
const server = (name: string, peers: readonly number[], operator: readonly number[]) => ({
  ingress: [
    { from: [pods(name)], ports: tcp(...peers) },
    {
      from: [{ namespaceSelector: { matchLabels: named(OPERATOR_NAMESPACES[name]!) } }],
      ports: tcp(...operator),
    },
  ],
  egress: [
    { to: [pods(name)], ports: tcp(...peers) },
    { to: [everywhere], ports: tcp(443, 6443) },
  ],
});

const among: Readonly<Record<string, ReturnType<typeof server>>> = {
  [POSTGRES]: server(POSTGRES, [POSTGRES_PORT, 8000], [POSTGRES_PORT, 8000]),
  [RABBITMQ]: server(RABBITMQ, [4369, 25672], [15672]),
};

function peer(name: string): object {
  if (name === 'mail') return everywhere;
  if (name === 'clients' || name === 'monitoring')
    return { namespaceSelector: { matchLabels: NAMESPACES[name] } };
  return pods(name);
}

function byPort(edges: readonly Edge[]): [number, Edge[]][] {
  const ports = [...new Set(edges.map(({ port }) => port))].sort((a, b) => a - b);
  return ports.map((port) => [port, edges.filter((edge) => edge.port === port)]);
}
