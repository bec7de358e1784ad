export * from './access-token';
export * from './auth.module';
export * from './development-issuer';
export * from './jwt-guard';
export * from './person';
export * from './signing-keys';
