export { eventually, type Patience } from './eventually';
export { testDatabase, type TestDatabase } from './test-database';
