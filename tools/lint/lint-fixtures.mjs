/*
 * Lints the texts of a JSON list of { file, text } from standard input as if they lay at `file`, and prints the messages of
 * each. A process of its own, since neither ESLint's nor Nx's configuration loads inside a test.
 */
import { createProjectGraphAsync } from '@nx/devkit';
import { ESLint } from 'eslint';
import { text as read } from 'node:stream/consumers';
import config, { depConstraints } from '../../eslint.config.mjs';

// Without a graph the boundary rule only warns that it cannot work.
const { nodes } = await createProjectGraphAsync({ exitOnError: true });

// An import that also closes a cycle is reported as that alone; with cycles set aside the tags are seen to work.
const names = Object.keys(nodes);
const everyPair = names.flatMap((one) => names.map((other) => [one, other]));
const eslint = new ESLint({
  overrideConfigFile: true,
  overrideConfig: [
    ...config,
    {
      files: ['**/*.ts'],
      rules: {
        '@nx/enforce-module-boundaries': [
          'error',
          {
            allow: [],
            checkDynamicDependenciesExceptions: ['.*'],
            depConstraints,
            ignoredCircularDependencies: everyPair,
          },
        ],
      },
    },
  ],
});

const results = [];
for (const { file, text } of JSON.parse(await read(process.stdin))) {
  const [result] = await eslint.lintText(text, { filePath: file });
  results.push(result.messages.map(({ message }) => message));
}
process.stdout.write(JSON.stringify(results));
