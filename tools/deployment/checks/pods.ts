import type { Manifest } from '../manifest';
import { STOP_WITHIN_SECONDS } from '../shop/stopping';

/** Pods that may do more than they must, or are killed before they can have finished. */
export function podProblems(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap(({ kind, metadata, spec }) => {
    const pod = spec?.template?.spec;
    if (!pod) return [];
    const what = `${kind} ${metadata.name}`;
    const { securityContext: context = {} } = pod;
    const faults = [
      !(context.runAsNonRoot === true && context.runAsUser > 0) && 'may run as root',
      context.seccompProfile?.type !== 'RuntimeDefault' && 'has no seccomp profile',
      pod.automountServiceAccountToken !== false && 'is given a token of the cluster',
      pod.enableServiceLinks !== false && 'is given a variable for every service of the namespace',
      kind === 'Deployment' &&
        pod.terminationGracePeriodSeconds <
          STOP_WITHIN_SECONDS + (pod.containers[0].lifecycle?.preStop?.sleep?.seconds ?? 0) &&
        'is killed before it can have stopped',
      ...pod.containers.flatMap((container: any) => containerFaults(container)),
    ];
    return faults.filter((fault) => fault !== false).map((fault) => `${what} ${fault}`);
  });
}

const containerFaults = ({ securityContext = {}, resources = {} }: any): (string | false)[] => [
  securityContext.allowPrivilegeEscalation !== false && 'may gain privileges',
  securityContext.readOnlyRootFilesystem !== true && 'may write to its image',
  securityContext.capabilities?.drop?.[0] !== 'ALL' && 'keeps capabilities',
  !(resources.requests?.cpu && resources.requests?.memory && resources.limits?.memory) &&
    'does not say what it needs',
];
