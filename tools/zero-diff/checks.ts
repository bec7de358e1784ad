import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checkout } from './checkout';

/** Types, lint, format, contracts, design, deployment and the specs of contexts that were generated; what the failed ones said. */
export async function failedChecks(checkout: Checkout, contexts: readonly string[]): Promise<string[]> {
  const paths = contexts.flatMap((name) => [`libs/${name}`, `apps/${name}-service`]);
  writeFileSync(
    join(checkout.folder, 'tsconfig.generated.json'),
    JSON.stringify({ extends: './tsconfig.base.json', include: paths.map((path) => `${path}/**/*.ts`) }),
  );
  const { run, script, jest } = checkout;
  const checks = [
    run(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.generated.json']),
    run(['tools/lint.js', ...paths, 'apps/monolith']),
    run([
      'node_modules/prettier/bin/prettier.cjs',
      '--check',
      ...paths,
      'apps/monolith',
      'topology.json',
      'tsconfig.base.json',
    ]),
    script('tools/design/check.ts', '--skip', 'boundaries', '--skip', 'public-api'),
    script('tools/deployment/check.ts'),
    jest(['--projects', ...contexts.map((name) => `libs/${name}/core`)]),
  ];
  return (await Promise.allSettled(checks)).flatMap((each) =>
    each.status === 'rejected' ? [(each.reason as Error).message] : [],
  );
}
