export * from './access-token';
export * from './auth.module';
export * from './jwt-guard';
export * from './person';
export * from './requested-signing-keys';
export * from './signing-keys';
