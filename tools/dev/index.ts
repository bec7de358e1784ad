export { alive, root } from './keeping';
export { freePort, isFree } from './ports';
export { developmentPostgres, privatePostgres, type Postgres, type PrivatePostgres } from './postgres';
export { type Broker, findBroker, privateBroker, type PrivateBroker } from './rabbitmq';
