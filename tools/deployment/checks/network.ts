import { labels, named, NAMESPACES, podsOf } from '../kubernetes/labels';
import type { Manifest } from '../manifest';
import { type Edge, neededEdges, tell } from '../shop/edges';
import { NAMESPACE } from '../shop/names';
import type { Shop } from '../shop/shop';

type Labels = Readonly<Record<string, string>>;

/** A pod of the namespace or somebody outside, as policies see it. */
interface Peer {
  readonly name: string;
  readonly namespace: Labels;
  readonly pod: Labels;
  readonly outside: boolean;
}

/** What network policies allow that the shop does not need, and the other way round: read from the policies as a cluster would. */
export function networkProblems(manifests: readonly Manifest[], shop: Shop): string[] {
  const needed = neededEdges(shop);
  const policies = manifests.filter(({ kind }) => kind === 'NetworkPolicy');
  const workloads = [...new Set(needed.flatMap(({ from, to }) => [from, to]))];
  const peers = workloads.map(peerOf);
  const ports = [...new Set(needed.map(({ port }) => port))];
  const allowed = peers.flatMap((from) =>
    peers
      .filter((to) => to !== from && !(from.outside && to.outside))
      .flatMap((to) =>
        ports
          .filter((port) => leaves(from, to, port, policies) && enters(from, to, port, policies))
          .map((port): Edge => ({ from: from.name, to: to.name, port })),
      ),
  );
  const asked = new Set(needed.map(tell));
  const given = new Set(allowed.map(tell));
  return [
    ...[...asked]
      .filter((edge) => !given.has(edge))
      .map((edge) => `${edge} is needed, but no policy allows it`),
    ...[...given].filter((edge) => !asked.has(edge)).map((edge) => `${edge} is allowed, but nobody needs it`),
  ];
}

function peerOf(name: string): Peer {
  if (name === 'mail') return { name, namespace: {}, pod: {}, outside: true };
  if (name === 'clients' || name === 'monitoring')
    return { name, namespace: NAMESPACES[name], pod: {}, outside: true };
  return { name, namespace: named(NAMESPACE), pod: { ...labels(name), ...podsOf(name) }, outside: false };
}

const leaves = (from: Peer, to: Peer, port: number, policies: readonly Manifest[]): boolean =>
  allows(from, to, port, policies, 'Egress', 'egress', 'to');
const enters = (from: Peer, to: Peer, port: number, policies: readonly Manifest[]): boolean =>
  allows(to, from, port, policies, 'Ingress', 'ingress', 'from');

/** A pod that no policy selects may do anything; one that is selected, what one of them allows. */
function allows(
  pod: Peer,
  other: Peer,
  port: number,
  policies: readonly Manifest[],
  type: 'Ingress' | 'Egress',
  field: 'ingress' | 'egress',
  side: 'from' | 'to',
): boolean {
  if (pod.outside) return true;
  const selecting = policies.filter(
    ({ spec }) => spec.policyTypes.includes(type) && matches(spec.podSelector, pod.pod),
  );
  return (
    selecting.length === 0 ||
    selecting.some(({ spec }) =>
      (spec[field] ?? []).some(
        (rule: any) =>
          (rule.ports ?? [{ port }]).some((each: any) => each.port === port && each.protocol !== 'UDP') &&
          (rule[side] ?? [{}]).some((peer: any) => isPeer(peer, other)),
      ),
    )
  );
}

function isPeer(
  { podSelector, namespaceSelector, ipBlock }: any,
  { namespace, pod, outside, name }: Peer,
): boolean {
  // What has labels is told by them: addresses of pods are nobody's to rely on.
  if (ipBlock) return name === 'mail';
  if (name === 'mail') return false;
  const rightNamespace = namespaceSelector ? matches(namespaceSelector, namespace) : !outside;
  return rightNamespace && (!podSelector || matches(podSelector, pod));
}

export const matches = ({ matchLabels = {} }: { matchLabels?: Labels }, have: Labels): boolean =>
  Object.entries(matchLabels).every(([name, value]) => have[name] === value);
