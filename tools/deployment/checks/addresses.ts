import type { Draft, Manifest } from '../manifest';
import type { Topology } from '@banyan/contracts';

/** Addresses in the topology that no service has. A door that forwards would lead nowhere. */
export function addressProblems(drafts: readonly Draft[], base: readonly Manifest[]): string[] {
  const file = drafts.find(({ path }) => path === 'kubernetes/base/topology.json');
  if (!file || !('json' in file.content)) return ['There is no topology.json for the cluster'];
  const { deployables } = file.content.json as Topology;
  const services = base
    .filter(({ kind }) => kind === 'Service')
    .map(({ metadata, spec }) => `http://${metadata.name}:${spec.ports[0].port}`);
  return Object.entries(deployables)
    .filter(([, { url }]) => !services.includes(url))
    .map(([name, { url }]) => `${name} is looked for at ${url}, where no service is`);
}
