'use strict';
/*
 * `npm test`: everything that must hold before a change lands. `--full` adds what takes longer (BANYAN_FULL=1).
 * Goes on after a failure, so that one run tells all.
 */
const { spawnSync } = require('node:child_process');
const path = require('node:path');

const full = process.argv.includes('--full');
const root = path.resolve(__dirname, '..');
const bin = (name, file) => [
  process.execPath,
  path.join(path.dirname(require.resolve(`${name}/package.json`)), file),
];
const typescript = [process.execPath, '-r', './tools/dev/register.js'];

const steps = [
  ['types', [...bin('typescript', 'bin/tsc'), '-p', '.']],
  ['lint', [process.execPath, 'tools/lint.js']],
  ['format', [...bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['contracts', [...typescript, 'tools/contracts/check.ts']],
  // What the steps before have checked is left out.
  ['design', [...typescript, 'tools/design/check.ts', '--skip', 'boundaries', '--skip', 'contracts']],
  ['tests', [...bin('jest', 'bin/jest.js'), ...(process.env.CI ? ['--ci'] : [])]],
];

const results = steps.map(([name, [command, ...args]]) => {
  console.log(`\n> ${name}`);
  const began = Date.now();
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NX_DAEMON: 'false', ...(full && { BANYAN_FULL: '1' }) },
  });
  return { name, passed: status === 0, seconds: (Date.now() - began) / 1000 };
});

console.log('');
for (const { name, passed, seconds } of results) {
  console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(10)} ${seconds.toFixed(1).padStart(7)} s`);
}
const total = results.reduce((sum, { seconds }) => sum + seconds, 0);
console.log(`        ${'in all'.padEnd(10)} ${total.toFixed(1).padStart(7)} s`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
