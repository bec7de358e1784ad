import { permissionsOf } from '@banyan/messaging';
import { POSTGRES_OPERATOR_IMAGE } from '../images/servers';
import type { Manifest } from '../manifest';
import { ADMIN_SECRET, brokerSecret, DATABASE, NAMESPACE, POSTGRES, RABBITMQ } from '../shop/names';
import { connections } from '../shop/sizes';
import type { Shop } from '../shop/shop';
import { labels } from './labels';

/**
 * The baseline Pod Security Standard is enforced, of the restricted one a lapse is told: all pods of the shop meet it, those
 * that the RabbitMQ operator makes do not by default.
 */
export const namespace: Manifest = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: NAMESPACE,
    labels: {
      'pod-security.kubernetes.io/enforce': 'baseline',
      'pod-security.kubernetes.io/warn': 'restricted',
    },
  },
};

/** One server for all contexts, each in its own schema under its own role. A context may have one of its own later. */
export const postgres = (shop: Shop): Manifest => ({
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name: POSTGRES, labels: labels(POSTGRES) },
  spec: {
    instances: 3,
    imageName: POSTGRES_OPERATOR_IMAGE,
    bootstrap: { initdb: { database: DATABASE, owner: DATABASE } },
    // Roles, schemas and extensions are made by the migrations' job, which signs in as this user.
    enableSuperuserAccess: true,
    superuserSecret: { name: ADMIN_SECRET },
    postgresql: { parameters: { max_connections: String(connections(shop)) } },
    storage: { size: '20Gi' },
    resources: { requests: { cpu: '1', memory: '2Gi' }, limits: { cpu: '4', memory: '4Gi' } },
  },
});

/** Three nodes, so that quorum queues keep what they confirmed when one is lost. */
export const rabbitmq: Manifest = {
  apiVersion: 'rabbitmq.com/v1beta1',
  kind: 'RabbitmqCluster',
  metadata: { name: RABBITMQ, labels: labels(RABBITMQ) },
  spec: {
    replicas: 3,
    persistence: { storage: '10Gi' },
    resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '2', memory: '1Gi' } },
  },
};

/** Each deployable signs in as itself, with the least rights it needs: those of `topology:apply --users`. */
export const brokerUsers = ({ places }: Shop): Manifest[] =>
  places.flatMap(({ name, contexts }) => {
    const { configure, write, read } = permissionsOf({ name, contexts });
    const rabbitmqClusterReference = { name: RABBITMQ };
    return [
      {
        apiVersion: 'rabbitmq.com/v1beta1',
        kind: 'User',
        metadata: { name, labels: labels(name) },
        spec: { rabbitmqClusterReference, importCredentialsSecret: { name: brokerSecret(name) } },
      },
      {
        apiVersion: 'rabbitmq.com/v1beta1',
        kind: 'Permission',
        metadata: { name, labels: labels(name) },
        spec: {
          rabbitmqClusterReference,
          vhost: '/',
          userReference: { name },
          permissions: { configure, write, read },
        },
      },
    ];
  });
