import type { Manifest } from '../manifest';
import { LEAST_PODS, MOST_PODS, resourcesOf, SURGE } from '../shop/sizes';
import { GRACE_SECONDS, LEAVE_SECONDS } from '../shop/stopping';
import { TOPOLOGY, TOPOLOGY_FOLDER } from '../shop/names';
import type { Place } from '../shop/shop';
import { environmentOf } from './environment';
import { labels, podsOf, STABLE } from './labels';
import { confinedContainer, confinedPod } from './pod';

/** What of a server may be run in a cluster: a deployable, or the simulated payment provider. */
export interface Server {
  readonly name: string;
  readonly port: number;
  readonly env: readonly object[];
  /** How many contexts it has: the measure of its size. */
  readonly contexts: number;
  /** Whether it reads topology.json. */
  readonly placed: boolean;
}

export const serverOf = (place: Place, broker: boolean): Server => ({
  name: place.name,
  port: place.port,
  env: environmentOf(place, broker),
  contexts: place.contexts.length,
  placed: true,
});

export const serverManifests = (server: Server): Manifest[] => [
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: server.name, labels: labels(server.name) },
    automountServiceAccountToken: false,
  },
  deployment(server),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: server.name, labels: labels(server.name) },
    spec: {
      selector: podsOf(server.name),
      ports: [{ name: 'http', port: server.port, targetPort: 'http', appProtocol: 'http' }],
    },
  },
  {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: server.name, labels: labels(server.name) },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: server.name },
      minReplicas: LEAST_PODS,
      maxReplicas: MOST_PODS,
      metrics: [
        {
          type: 'Resource',
          resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
        },
      ],
    },
  },
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: server.name, labels: labels(server.name) },
    spec: {
      maxUnavailable: 1,
      // Pods that are not ready, since a server is away, must not keep a node from being emptied.
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: podsOf(server.name) },
    },
  },
];

/** Without a number of replicas: that is the autoscaler's. */
function deployment({ name, port, env, contexts, placed }: Server): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, labels: labels(name) },
    spec: {
      revisionHistoryLimit: 3,
      selector: { matchLabels: { ...podsOf(name), ...STABLE } },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: SURGE } },
      template: {
        metadata: { labels: { ...labels(name), ...STABLE } },
        spec: {
          ...confinedPod(name),
          terminationGracePeriodSeconds: GRACE_SECONDS,
          topologySpreadConstraints: [
            {
              maxSkew: 1,
              topologyKey: 'kubernetes.io/hostname',
              whenUnsatisfiable: 'ScheduleAnyway',
              labelSelector: { matchLabels: podsOf(name) },
            },
          ],
          containers: [
            {
              name: 'server',
              image: `banyan/${name}`,
              ports: [{ name: 'http', containerPort: port }],
              env,
              ...(placed && {
                volumeMounts: [{ name: TOPOLOGY, mountPath: TOPOLOGY_FOLDER, readOnly: true }],
              }),
              startupProbe: probe('/health/live', { periodSeconds: 2, failureThreshold: 30 }),
              livenessProbe: probe('/health/live', { periodSeconds: 10, failureThreshold: 3 }),
              readinessProbe: probe('/health/ready', { periodSeconds: 5, failureThreshold: 2 }),
              lifecycle: { preStop: { sleep: { seconds: LEAVE_SECONDS } } },
              resources: resourcesOf(contexts),
              ...confinedContainer,
            },
          ],
          ...(placed && { volumes: [{ name: TOPOLOGY, configMap: { name: TOPOLOGY } }] }),
        },
      },
    },
  };
}

const probe = (path: string, times: { periodSeconds: number; failureThreshold: number }) => ({
  httpGet: { path, port: 'http' },
  timeoutSeconds: 3,
  ...times,
});
