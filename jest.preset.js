const { resolver, ...nxPreset } = require('@nx/jest/preset').nxPreset;
const { compilerOptions } = require('./tsconfig.base.json');

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
    '^.+\\.[tj]s$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
        },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly})/)`],
};
