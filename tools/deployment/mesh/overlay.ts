import { folder } from '../kubernetes/kubernetes';
import { named, NAMESPACES, podsOf } from '../kubernetes/labels';
import type { Draft, Manifest } from '../manifest';
import type { Edge } from '../shop/edges';
import { AMQP_PORT, POSTGRES_PORT } from '../shop/names';

/** Their own protocols stay as they are: a proxy could only pass bytes on. */
export const UNMESHED_PORTS = `${POSTGRES_PORT},${AMQP_PORT}`;

/** The base with a mesh over it. `annotations` and `labels` are what makes the mesh add its proxy to a pod. */
export function overlay(
  mesh: string,
  files: Readonly<Record<string, readonly Manifest[]>>,
  pod: { readonly annotations?: Record<string, string>; readonly labels?: Record<string, string> },
): Draft[] {
  return folder(`kubernetes/overlays/${mesh}`, files, {
    resources: ['../../base'],
    patches: [
      {
        target: { kind: 'Deployment' },
        patch: JSON.stringify({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'each' },
          spec: { template: { metadata: pod } },
        }),
      },
    ],
  });
}

/** Proxies learn from the mesh's control plane whom they talk to. */
export const controlPlanePolicy = (namespace: string, ports: readonly number[]): Manifest =>
  policy(
    'mesh',
    { 'app.kubernetes.io/part-of': 'banyan' },
    [],
    [{ to: [{ namespaceSelector: { matchLabels: named(namespace) } }], ports: tcp(ports) }],
  );

/** A port on which proxies take connections for each other, open along `edges` only. */
export const proxyPolicies = (edges: readonly Edge[], port: number): Manifest[] => {
  const pods = (name: string) =>
    name === 'clients'
      ? { namespaceSelector: { matchLabels: NAMESPACES.clients } }
      : { podSelector: { matchLabels: podsOf(name) } };
  return [...new Set(edges.flatMap(({ from, to }) => [from, to]))]
    .filter((name) => name !== 'clients')
    .map((name) => {
      const callers = edges.filter(({ to }) => to === name).map(({ from }) => pods(from));
      const called = edges.filter(({ from }) => from === name).map(({ to }) => pods(to));
      return policy(
        `${name}-proxy`,
        podsOf(name),
        callers.length > 0 ? [{ from: callers, ports: tcp([port]) }] : [],
        called.length > 0 ? [{ to: called, ports: tcp([port]) }] : [],
      );
    });
};

const tcp = (ports: readonly number[]) => ports.map((port) => ({ protocol: 'TCP', port }));

const policy = (
  name: string,
  matchLabels: Record<string, string>,
  ingress: readonly object[],
  egress: readonly object[],
): Manifest => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, labels: { 'app.kubernetes.io/part-of': 'banyan' } },
  spec: { podSelector: { matchLabels }, policyTypes: ['Ingress', 'Egress'], ingress, egress },
});
