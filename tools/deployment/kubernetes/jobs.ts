import { applyTopology, prepareContexts, prepareProvider } from '../images/commands';
import type { Manifest } from '../manifest';
import { MIGRATIONS, PROVIDER_MIGRATIONS, PROVIDER_SCHEMA, TOPOLOGY } from '../shop/names';
import type { Shop } from '../shop/shop';
import { administrator, brokerAdministrator, databaseOf } from './environment';
import { labels } from './labels';
import { confinedContainer, confinedPod } from './pod';

const ACCOUNT = 'operations';

/** What runs to its end before a roll-out, with an administrator's credentials, and changes nothing where all is in place. */
export const jobs = ({ contexts, provider, broker }: Shop): Manifest[] => [
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: ACCOUNT, labels: labels(ACCOUNT) },
    automountServiceAccountToken: false,
  },
  job(MIGRATIONS, prepareContexts, [...administrator, ...contexts.map(databaseOf)]),
  ...(provider
    ? [job(PROVIDER_MIGRATIONS, prepareProvider, [...administrator, databaseOf(PROVIDER_SCHEMA)])]
    : []),
  ...(broker ? [job(TOPOLOGY, applyTopology, brokerAdministrator)] : []),
];

const job = (name: string, command: readonly string[], env: readonly object[]): Manifest => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, labels: labels(name) },
  spec: {
    // The servers may still be starting.
    backoffLimit: 10,
    ttlSecondsAfterFinished: 86_400,
    template: {
      metadata: { labels: labels(name) },
      spec: {
        ...confinedPod(ACCOUNT),
        restartPolicy: 'Never',
        containers: [
          {
            name: 'job',
            image: 'banyan/operations',
            command,
            env,
            resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } },
            ...confinedContainer,
          },
        ],
      },
    },
  },
});
