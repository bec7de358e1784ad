/** Names that manifests agree on. */
export const NAMESPACE = 'banyan';
export const POSTGRES = 'postgres';
/** The service of the server that takes writes, as CloudNativePG names it. */
export const POSTGRES_WRITES = `${POSTGRES}-rw`;
export const RABBITMQ = 'rabbitmq';
export const DATABASE = 'banyan';

/** Stands in for the real one, which a shop in earnest has outside. */
export const PROVIDER = 'payment-provider';
export const PROVIDER_PORT = 3010;
export const PROVIDER_SCHEMA = 'payment_provider';

export const MIGRATIONS = 'migrations';
export const PROVIDER_MIGRATIONS = `${PROVIDER}-schema`;
export const TOPOLOGY = 'topology';

export const POSTGRES_PORT = 5432;
export const AMQP_PORT = 5672;
export const MAIL_PORTS = [465, 587];

/** Where a container finds topology.json. */
export const TOPOLOGY_FOLDER = '/etc/banyan';

/** The Secret whose `url` is how a context reaches its database, with its application role. */
export const databaseSecret = (context: string): string => `${context.replaceAll('_', '-')}-database`;

/** The Secret with `username` and `password` of a deployable at the broker. */
export const brokerSecret = (deployable: string): string => `${deployable}-broker`;

/** `username` and `password` of the server's administrator. */
export const ADMIN_SECRET = `${POSTGRES}-superuser`;

/** Made by the RabbitMQ Cluster Operator. */
export const BROKER_ADMIN_SECRET = `${RABBITMQ}-default-user`;

/** Secrets of single contexts. */
export const KEY_SECRET = 'users-keys';
export const MAIL_SECRET = 'notifications-mail';
