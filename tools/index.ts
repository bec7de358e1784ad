export { developmentPostgres, privatePostgres, type Postgres, type PrivatePostgres } from './dev/postgres';
export { type Broker, findBroker, privateBroker, type PrivateBroker } from './dev/rabbitmq';
