export { contextDatabase, type ContextDatabase } from './context-database';
export { eventually, type Patience } from './eventually';
export {
  inMemorySeam,
  InMemoryTransaction,
  PlayedContexts,
  RecordedEvents,
  RecordedTimers,
} from './in-memory-seam';
export { privatePostgres, type PrivatePostgres } from '@banyan/servers';
export { privateBroker, type PrivateBroker, testBroker, type TestBroker } from './test-broker';
export { AmqpDisorder, type Misfortune } from './amqp/disorder';
export { type Courier, TcpProxy } from './tcp-proxy';
export { withClient } from './with-client';
export { testDatabase, type TestDatabase } from './test-database';
export { Scenario, type HttpAnswer, type HttpCall } from './scenario';
export { personIdOf, TestIssuer, type TestToken } from './test-issuer';
