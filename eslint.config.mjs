import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** The platform's parts, each of which may use those before it. */
const layers = ['contracts', 'persistence', 'messaging', 'http', 'auth', 'hosting'];

/** Who may import whom. Each line has a fixture that breaks it and a test that sees it refused: tools/lint. */
export const depConstraints = [
  { sourceTag: 'type:contract', onlyDependOnLibsWithTags: ['platform:contracts'] },
  { sourceTag: 'type:core', onlyDependOnLibsWithTags: ['type:contract', 'type:platform', 'type:testing'] },
  { sourceTag: 'type:platform', onlyDependOnLibsWithTags: ['type:platform', 'type:testing'] },
  { sourceTag: 'type:testing', onlyDependOnLibsWithTags: ['type:platform', 'type:servers'] },
  { sourceTag: 'type:servers', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'type:e2e', onlyDependOnLibsWithTags: ['*'] },
  { sourceTag: 'type:tools', onlyDependOnLibsWithTags: ['*'] },
  ...layers.map((layer, index) => ({
    sourceTag: `platform:${layer}`,
    onlyDependOnLibsWithTags: [...layers.slice(0, index).map((below) => `platform:${below}`), 'type:testing'],
  })),
];

/** The specs of the platform use @banyan/testing, which stands on the platform; the layers above keep the rest in order. */
const throughTesting = ['servers', 'testing', ...layers].flatMap((one, index, all) =>
  all.slice(index + 1).map((other) => [one, other]),
);

const specs = ['**/*.spec.ts', '**/testing/**', '**/conformance/**'];

const forbid = (message, regex) => ({ regex, message });

/** A domain is plain TypeScript: the shop's rules, and nothing that runs them. */
const notInDomain = [
  forbid(
    'A domain knows no framework, database or validator.',
    '^(@nestjs|typeorm|pg|zod|reflect-metadata)(/|$)',
  ),
  forbid(
    'A domain knows no transport and no outside world.',
    '^(amqplib|fastify|@fastify|rxjs|undici|(node:)?(fs|https?|http2|net|tls|dns|dgram|child_process|worker_threads))(/|$)',
  ),
  forbid('Of the platform, a domain knows the words of @banyan/contracts only.', '^@banyan/(?!contracts$)'),
  forbid('A domain does not reach out of its folder.', '/(features|adapters)/'),
];

/** A feature speaks through the seam; what carries it is the platform's business. */
const notInFeatures = [
  forbid(
    'A feature knows no message transport: use EventPublisher, Contexts and Timers.',
    '^(@nestjs/microservices|amqplib|amqp-connection-manager)(/|$)',
  ),
  forbid(
    'A feature knows no HTTP server: use the decorators of @nestjs/common and @banyan/http.',
    '^(fastify|@fastify|@nestjs/platform-fastify|express|undici|(node:)?(https?|http2))(/|$)',
  ),
  forbid(
    'A feature knows no SQL: name a port in domain/ and implement it in adapters/.',
    '^(typeorm|@nestjs/typeorm|pg)(/|$)|/adapters/',
  ),
];

const testingOnly = [forbid('@banyan/testing is for specs and testing/ folders.', '^@banyan/testing$')];

const restrict = (...patterns) => ({ '@typescript-eslint/no-restricted-imports': ['error', { patterns }] });

export default tseslint.config(
  {
    ignores: ['**/node_modules', '**/dist', '**/tmp', '.nx', '.data', 'coverage', '**/fixtures'],
  },
  ...tseslint.configs.recommended,
  prettier,
  {
    plugins: { '@nx': nx },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'object-shorthand': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true },
      ],
      '@typescript-eslint/no-empty-object-type': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  {
    files: ['**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          allowCircularSelfDependency: true,
          checkDynamicDependenciesExceptions: ['.*'],
          depConstraints,
          ignoredCircularDependencies: throughTesting,
        },
      ],
    },
  },
  // Benchmarks measure internals as well; the servers' own specs use @banyan/testing, which uses the servers.
  {
    // They start whatever a benchmark, a spec or a walk through placements needs, programs of apps/ included.
    files: ['tools/bench/**', 'tools/dev/**/*.spec.ts', 'apps/shop-e2e/src/placements/under-one-roof.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  { files: ['libs/**/*.ts'], ignores: specs, rules: restrict(...testingOnly) },
  {
    files: ['libs/*/core/src/features/**/*.ts'],
    ignores: specs,
    rules: restrict(...notInFeatures, ...testingOnly),
  },
  { files: ['libs/*/core/src/domain/**/*.ts'], ignores: specs, rules: restrict(...notInDomain) },
  {
    // Generic machinery passes on what it does not know; a context always knows.
    files: ['libs/platform/**', 'tools/**', 'apps/shop-e2e/**'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
  { files: ['tools/**', 'apps/**', '**/*.js', '**/*.mjs', ...specs], rules: { 'no-console': 'off' } },
  { files: ['**/*.js', 'tools/**', ...specs], rules: { '@typescript-eslint/no-require-imports': 'off' } },
);
