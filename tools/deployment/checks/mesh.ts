import { principal } from '../mesh/istio';
import type { Manifest } from '../manifest';
import { doorEdges, type Edge, httpEdges, tell } from '../shop/edges';
import type { Shop } from '../shop/shop';

/** What the meshes' authorisation lets through that nobody calls, and the other way round. */
export const meshProblems = (
  { linkerd, istio }: { readonly linkerd: readonly Manifest[]; readonly istio: readonly Manifest[] },
  shop: Shop,
): string[] => [
  ...compared('Linkerd', linkerdEdges(linkerd, shop), shop),
  ...compared('Istio', istioEdges(istio), shop),
  ...splitProblems([...linkerd, ...istio], shop),
];

/** Who may call whom, in the words of the edges. Clients are shown as such. */
function linkerdEdges(manifests: readonly Manifest[], { places }: Shop): Edge[] {
  const of = (kind: string, name: string) =>
    manifests.find((each) => each.kind === kind && each.metadata.name === name);
  return manifests
    .filter(
      ({ kind, apiVersion }) => kind === 'AuthorizationPolicy' && apiVersion.startsWith('policy.linkerd.io'),
    )
    .flatMap(({ spec }) => {
      const server = of('Server', spec.targetRef.name);
      const to = server?.spec.podSelector.matchLabels['app.kubernetes.io/name'] ?? 'nobody';
      const port = portOf(to, manifests, places);
      return spec.requiredAuthenticationRefs.flatMap(({ kind, name }: any) => {
        const authentication = of(kind, name);
        if (kind === 'NetworkAuthentication') return [{ from: 'clients', to, port }];
        return (authentication?.spec.identityRefs ?? []).map((identity: any) => ({
          from: identity.name,
          to,
          port,
        }));
      });
    });
}

function istioEdges(manifests: readonly Manifest[]): Edge[] {
  const prefix = principal('');
  return manifests
    .filter(
      ({ kind, apiVersion }) => kind === 'AuthorizationPolicy' && apiVersion.startsWith('security.istio.io'),
    )
    .flatMap(({ spec }) =>
      (spec.rules ?? []).flatMap((rule: any) =>
        rule.from.flatMap(({ source }: any) =>
          (source.principals ?? source.namespaces.map(() => `${prefix}clients`)).flatMap((caller: string) =>
            rule.to.flatMap(({ operation }: any) =>
              operation.ports.map((port: string) => ({
                from: caller.slice(prefix.length),
                to: spec.selector.matchLabels['app.kubernetes.io/name'],
                port: Number(port),
              })),
            ),
          ),
        ),
      ),
    );
}

/** Linkerd names a port of the pod, as a Service of the base does. */
function portOf(name: string, manifests: readonly Manifest[], places: Shop['places']): number {
  const deployment = manifests.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === name);
  const port = deployment?.spec.template.spec.containers[0].ports[0].containerPort;
  return port ?? places.find((place) => place.name === name)?.port ?? 0;
}

function compared(mesh: string, given: readonly Edge[], shop: Shop): string[] {
  const called = [...httpEdges(shop), ...doorEdges(shop)].map(tell);
  const authorised = given.map(tell);
  return [
    ...called
      .filter((edge) => !authorised.includes(edge))
      .map((edge) => `${mesh} refuses ${edge}, which is called`),
    ...authorised
      .filter((edge) => !called.includes(edge))
      .map((edge) => `${mesh} lets through ${edge}, which nobody calls`),
  ];
}

/** A split that leads to services or ports which are not there, or loses requests. */
function splitProblems(manifests: readonly Manifest[], { places }: Shop): string[] {
  const port = (host: string) =>
    manifests.find(({ kind, metadata }) => kind === 'Service' && metadata.name === host)?.spec.ports[0].port;
  return manifests.flatMap(({ kind, metadata, spec }) => {
    const targets: { host: string; port: number; weight: number }[] =
      kind === 'HTTPRoute'
        ? spec.rules[0].backendRefs.map((ref: any) => ({
            host: ref.name,
            port: ref.port,
            weight: ref.weight,
          }))
        : kind === 'VirtualService'
          ? spec.http[0].route.map((route: any) => ({
              host: route.destination.host,
              port: route.destination.port.number,
              weight: route.weight,
            }))
          : [];
    if (targets.length === 0) return [];
    const known = places.some(({ name }) => name === metadata.name);
    const sum = targets.reduce((total, { weight }) => total + weight, 0);
    return [
      ...(known ? [] : [`${kind} ${metadata.name} splits the requests of nobody`]),
      ...(sum === 100 ? [] : [`${kind} ${metadata.name} shares out ${sum} of 100 requests`]),
      ...targets
        .filter((target) => port(target.host) !== target.port)
        .map(
          (target) => `${kind} ${metadata.name} leads to ${target.host}:${target.port}, which is not there`,
        ),
    ];
  });
}
