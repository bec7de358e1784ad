export { eventually, type Patience } from './eventually';
export { testDatabase, type TestDatabase } from './test-database';
export {
  inMemorySeam,
  InMemoryTransaction,
  PlayedContexts,
  RecordedEvents,
  RecordedTimers,
} from './in-memory-seam';
