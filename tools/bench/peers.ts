import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(__dirname, 'peers');

/** Installs what we compare with, once, beside the benchmarks. Resolves with the reason when that was not possible. */
export function installPeers(): Promise<string | undefined> {
  if (existsSync(join(folder, 'node_modules', '.package-lock.json'))) return Promise.resolve(undefined);
  process.stdout.write(`Installing the libraries to compare with in ${folder}\n`);
  return new Promise((resolve) => {
    execFile(
      process.platform === 'win32' ? 'npm.cmd' : 'npm',
      ['ci', '--ignore-scripts', '--no-audit', '--no-fund'],
      { cwd: folder, timeout: 300_000 },
      (error, _stdout, stderr) => resolve(error ? stderr.trim().split('\n')[0] || error.message : undefined),
    );
  });
}
