export * from './database';
export * from './migrations';
export * from './place';
export * from './prepare';
export * from './statements';
export * from './transaction';
export * from './unavailable';
export * from './urls';
