const { resolver, ...nxPreset } = require('@nx/jest/preset').nxPreset;
const { compilerOptions } = require('./tsconfig.base.json');
const swc = require('./tools/dev/swc.js');

/** Nest 12 and a few of its helpers are ESM only; below Node 24.9 Jest can only load them compiled. */
const esmOnly = '@nestjs|load-esm|file-type|strtok3|token-types|uint8array-extras|@tokenizer|@borewit';

module.exports = {
  ...nxPreset,
  testEnvironment: 'node',
  testMatch: ['**/*.spec.ts'],
  moduleFileExtensions: ['ts', 'js', 'json', 'node'],
  moduleNameMapper: Object.fromEntries(
    Object.entries(compilerOptions.paths).map(([name, [file]]) => [
      `^${name}$`,
      `${__dirname}/${file.slice(2)}`,
    ]),
  ),
  transform: {
    // Here import() is compiled as well: Jest has none of its own, and Nest loads @fastify/static by it.
    '^.+\\.[tj]s$': ['@swc/jest', { ...swc, module: { type: 'commonjs' }, sourceMaps: 'inline' }],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly})/)`],
  globalSetup: `${__dirname}/tools/testing/global-setup.js`,
  globalTeardown: `${__dirname}/tools/testing/global-teardown.js`,
  testTimeout: 90_000,
};
