export * from './context-module';
export * from './forwarding';
export * from './host';
export * from './runtime';
export * from './settings';
export * from './topology';
