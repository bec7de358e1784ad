export { contextDatabase, type ContextDatabase } from './context-database';
export { eventually, type Patience } from './eventually';
export { privatePostgres, type PrivatePostgres } from '@banyan/tools';
export { privateBroker, type PrivateBroker, testBroker, type TestBroker } from './test-broker';
export { testDatabase, type TestDatabase } from './test-database';
