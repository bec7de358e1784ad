/** Servers beside the shop. The same lines as in docker-compose.yml at the root, which is for development. */
export const POSTGRES_IMAGE = 'postgres:18';
export const RABBITMQ_IMAGE = 'rabbitmq:4.1-management';

/** As CloudNativePG builds it. */
export const POSTGRES_OPERATOR_IMAGE = 'ghcr.io/cloudnative-pg/postgresql:18';
