'use strict';
/*
 * `npm test`: everything that must hold before a change lands. `--full` adds what takes longer (BANYAN_FULL=1).
 * What only reads the code goes first, as many at a time as there are cores; then the tests, which want the machine for themselves.
 * Goes on after a failure, so that one run tells all.
 */
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { availableParallelism } = require('node:os');
const path = require('node:path');

const full = process.argv.includes('--full');
const root = path.resolve(__dirname, '..');
const bin = (name, file) => [
  process.execPath,
  path.join(path.dirname(require.resolve(`${name}/package.json`)), file),
];
const typescript = [process.execPath, '-r', './tools/dev/register.js'];

/** The longest first. */
const checks = [
  ['lint', [process.execPath, 'tools/lint.js']],
  ['types', [...bin('typescript', 'bin/tsc'), '-p', '.']],
  ['format', [...bin('prettier', 'bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  // What other checks look at is left out.
  ['design', [...typescript, 'tools/design/check.ts', '--skip', 'boundaries', '--skip', 'contracts']],
  ['contracts', [...typescript, 'tools/contracts/check.ts']],
];
const tests = ['tests', [...bin('jest', 'bin/jest.js'), ...(process.env.CI ? ['--ci'] : [])]];

/** `together`: beside others, so that what it says is kept until it is done. */
async function run([name, [command, ...args]], { together }) {
  const began = Date.now();
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', ...(together ? ['pipe', 'pipe'] : ['inherit', 'inherit'])],
    env: { ...process.env, NX_DAEMON: 'false', ...(full && { BANYAN_FULL: '1' }) },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (part) => (said += String(part)));
  const [status] = await once(child, 'close');
  if (together) console.log(`\n> ${name}\n${said.trimEnd()}`);
  return { name, passed: status === 0, seconds: (Date.now() - began) / 1000 };
}

async function main() {
  const began = Date.now();
  const results = [];
  const todo = [...checks];
  const worker = async () => {
    for (let next = todo.shift(); next; next = todo.shift())
      results.push(await run(next, { together: true }));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  console.log('\n> tests');
  results.push(await run(tests, { together: false }));

  console.log('');
  for (const { name, passed, seconds } of results)
    console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(10)} ${seconds.toFixed(1).padStart(7)} s`);
  console.log(`        ${'in all'.padEnd(10)} ${((Date.now() - began) / 1000).toFixed(1).padStart(7)} s`);
  process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
}

void main();
