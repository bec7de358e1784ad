export type { BrokerLogger } from './connection/broker-connection';
export { type EncodedMessage, encode } from './events/encode';
export { decode, Unreadable } from './events/decode';
export { QueueDrain, type QueueDrainOptions } from './events/queue-drain';
export { RabbitTransport, type RabbitTransportOptions } from './events/rabbit-transport';
export { DEFAULT_PREFIX, rabbitNames, type RabbitNames } from './names';
export {
  applyTopology,
  type BrokerTopology,
  checkTopology,
  depths,
  queueArguments,
  removeTopology,
} from './topology/apply-topology';
export { type BrokerPermissions, grant, permissionsOf } from './topology/permissions';
export { BrokerRefusal } from './topology/with-channel';
export { RabbitRequests, type RabbitRequestsOptions } from './requests/rabbit-requests';
