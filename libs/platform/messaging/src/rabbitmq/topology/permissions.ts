import { rabbitNames } from '../names';

/** What one broker user may do, as `rabbitmqctl set_permissions` takes it. */
export interface BrokerPermissions {
  readonly user: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/**
 * The least that a deployable needs: to publish, to read its own contexts' queues, and to have its request queues, which
 * come and go with it. The default exchange carries requests, replies and what is sent to one subscriber again.
 */
export function permissionsOf(deployable: {
  readonly name: string;
  readonly contexts: readonly string[];
  /** (Default: banyan) */
  readonly prefix?: string;
}): BrokerPermissions {
  const names = rabbitNames(deployable.prefix);
  const requests = deployable.contexts.map(names.requestsOf);
  const queues = deployable.contexts.map(names.queueOf);
  return {
    user: deployable.name,
    configure: oneOf(requests),
    write: oneOf([names.exchange, 'amq.default']),
    read: oneOf([...queues, ...requests]),
  };
}

/** The arguments of `rabbitmqctl` that grant them. */
export const grant = ({ user, configure, write, read }: BrokerPermissions, vhost = '/'): string[] => [
  'set_permissions',
  '--vhost',
  vhost,
  user,
  configure,
  write,
  read,
];

const oneOf = (names: readonly string[]): string =>
  names.length === 0
    ? '^$'
    : `^(${names.map((name) => name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|')})$`;
