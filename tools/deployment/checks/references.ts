import type { Draft, Manifest } from '../manifest';
import { BROKER_ADMIN_SECRET, databaseSecret, MIGRATIONS } from '../shop/names';
import type { Shop } from '../shop/shop';
import { secretsOf } from '../secrets';
import { matches } from './network';

/** Kinds that make pods. */
const isWorkload = ({ kind }: Manifest): boolean => kind === 'Deployment' || kind === 'Job';

/** Names in `manifests`, which are applied together, that lead nowhere or to the wrong place. */
export function referenceProblems(manifests: readonly Manifest[], configMaps: readonly string[]): string[] {
  const of = (kind: string) => manifests.filter((each) => each.kind === kind);
  const there = (kind: string, name: string) => of(kind).some(({ metadata }) => metadata.name === name);
  const workloads = manifests.filter(isWorkload);
  const selecting = (selector: { matchLabels: Record<string, string> }) =>
    workloads.filter(({ spec }) => matches(selector, spec.template.metadata.labels));
  const names = manifests.map(({ apiVersion, kind, metadata }) => `${apiVersion} ${kind} ${metadata.name}`);

  return [
    ...names.filter((name, at) => names.indexOf(name) < at).map((name) => `${name} is there twice`),
    ...workloads.flatMap((workload) => workloadProblems(workload, there, configMaps)),
    ...of('Service').flatMap(({ metadata, spec }) => {
      const behind = selecting({ matchLabels: spec.selector });
      // Nobody is behind the service of a version that is not tried out yet.
      if (behind.length !== 1)
        return spec.selector.track === 'canary'
          ? []
          : [`Service ${metadata.name} selects ${behind.length} workloads`];
      const containerPorts = behind[0]!.spec.template.spec.containers.flatMap(({ ports = [] }: any) => ports);
      return spec.ports.flatMap(({ port, targetPort }: any) => {
        const target = containerPorts.find(({ name }: any) => name === targetPort);
        if (!target)
          return [`Service ${metadata.name} leads to the port ${targetPort}, which no container names`];
        return target.containerPort === port
          ? []
          : [
              `Service ${metadata.name} has port ${port}, its pods ${target.containerPort}: one address serves both`,
            ];
      });
    }),
    ...of('HorizontalPodAutoscaler').flatMap(({ metadata, spec }) =>
      there(spec.scaleTargetRef.kind, spec.scaleTargetRef.name)
        ? []
        : [`HorizontalPodAutoscaler ${metadata.name} scales ${spec.scaleTargetRef.name}, which is not there`],
    ),
    ...of('PodDisruptionBudget').flatMap(({ metadata, spec }) =>
      selecting(spec.selector).length === 1
        ? []
        : [`PodDisruptionBudget ${metadata.name} selects no single workload`],
    ),
    ...of('Permission').flatMap(({ metadata, spec }) =>
      there('User', spec.userReference.name) ? [] : [`Permission ${metadata.name} is for nobody`],
    ),
  ];
}

function workloadProblems(
  { kind, metadata, spec }: Manifest,
  there: (kind: string, name: string) => boolean,
  configMaps: readonly string[],
): string[] {
  const { template, selector } = spec;
  const pod = template.spec;
  const what = `${kind} ${metadata.name}`;
  return [
    ...(selector && !matches(selector, template.metadata.labels)
      ? [`${what} does not select its own pods`]
      : []),
    ...(there('ServiceAccount', pod.serviceAccountName)
      ? []
      : [`${what} runs as ${pod.serviceAccountName}, an account that is not there`]),
    ...(pod.volumes ?? [])
      .filter(({ configMap }: any) => configMap && !configMaps.includes(configMap.name))
      .map(({ configMap }: any) => `${what} mounts ${configMap.name}, which nobody makes`),
    ...pod.containers.flatMap(({ ports = [], volumeMounts = [], ...container }: any) => [
      ...['startupProbe', 'livenessProbe', 'readinessProbe']
        .filter((probe) => container[probe])
        .filter((probe) => !ports.some(({ name }: any) => name === container[probe].httpGet.port))
        .map((probe) => `The ${probe} of ${what} asks at a port that its container does not name`),
      ...volumeMounts
        .filter(({ name }: any) => !pod.volumes?.some((volume: any) => volume.name === name))
        .map(({ name }: any) => `${what} mounts the volume ${name}, which its pods do not have`),
      ...ports
        .filter(({ containerPort }: any) => valueOf(container, 'PORT') !== String(containerPort))
        .map(
          ({ containerPort }: any) =>
            `${what} names port ${containerPort}, but PORT says ${valueOf(container, 'PORT')}`,
        ),
    ]),
  ];
}

const valueOf = ({ env = [] }: any, variable: string): string | undefined =>
  env.find(({ name }: any) => name === variable)?.value;

/** A context's database is for the deployable that hosts it, and for the migrations; the broker's administrator for one job. */
export function secretProblems(manifests: readonly Manifest[], { places, contexts }: Shop): string[] {
  const secrets = secretsOf(manifests);
  const readersOf = (name: string) => secrets.find((secret) => secret.name === name)?.readers ?? [];
  return [
    ...contexts.flatMap((context) => {
      const host = places.find((place) => place.contexts.includes(context))!.name;
      const wanted = [host, MIGRATIONS].sort().join(', ');
      const readers = readersOf(databaseSecret(context)).join(', ');
      return readers === wanted
        ? []
        : [`Secret ${databaseSecret(context)} is read by ${readers || 'nobody'}; it is for ${wanted}`];
    }),
    ...readersOf(BROKER_ADMIN_SECRET)
      .filter((reader) => places.some(({ name }) => name === reader))
      .map((reader) => `${reader} has the rights of the broker's administrator`),
  ];
}

/** Files that a kustomization names and that are not there, and files that none names. */
export function kustomizationProblems(drafts: readonly Draft[]): string[] {
  const paths = new Set(drafts.map(({ path }) => path));
  const listed = new Set<string>();
  const problems: string[] = [];
  for (const { path, content } of drafts) {
    if (!path.endsWith('/kustomization.yaml') || !('yaml' in content)) continue;
    const folder = path.slice(0, path.lastIndexOf('/'));
    const { resources, configMapGenerator = [] } = content.yaml as {
      resources: string[];
      configMapGenerator?: any[];
    };
    for (const name of [...resources, ...configMapGenerator.flatMap(({ files }) => files)]) {
      const file = resolved(folder, name);
      if (paths.has(file) || paths.has(`${file}/kustomization.yaml`)) listed.add(file);
      else problems.push(`${path} lists ${name}, which is not there`);
    }
  }
  return [
    ...problems,
    ...drafts
      .filter(({ path, content }) => 'manifests' in content && !listed.has(path))
      .map(({ path }) => `${path} is in no kustomization`),
  ];
}

export const resolved = (folder: string, name: string): string => {
  const parts = folder.split('/');
  for (const part of name.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
};
