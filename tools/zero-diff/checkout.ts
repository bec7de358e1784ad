import { spawn } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from '@banyan/servers';
import { type Hashes, hashesOf } from './hashes';

/** What is made here, rather than written. Matched against `/path/from/the/root`. */
const NOT_COPIED = /(^|\/)(\.git|node_modules|dist|tmp|\.data|\.nx|coverage|tools\/bench\/peers)$/;

/** A checkout of this repository: this one, or a copy of it in which anything may be tried. */
export class Checkout {
  static readonly here = new Checkout(root);

  private constructor(readonly folder: string) {}

  /** All that is written here, committed or not, outside of this tree, since Nx knows each project once. */
  static copy(): Checkout {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'banyan-copy-')));
    // PostgreSQL runs as another user when we are root.
    chmodSync(folder, 0o755);
    cpSync(root, folder, {
      recursive: true,
      filter: (from) => !NOT_COPIED.test(`/${relative(root, from).replaceAll('\\', '/')}`),
    });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    return new Checkout(folder);
  }

  /** Runs `node …args` in it, and resolves with what was printed. @throws Error with that, when it fails */
  run = (args: readonly string[], extra: Readonly<Record<string, string>> = {}): Promise<string> => {
    // What Nx or Jest says to its own children is not meant for these.
    const env = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(NX_|JEST_|FORCE_COLOR$)/.test(name)),
    );
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: {
        ...env,
        NO_COLOR: '1',
        NX_DAEMON: 'false',
        NX_WORKSPACE_DATA_DIRECTORY: join(this.folder, '.nx/workspace-data'),
        ...extra,
      },
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += String(text)));
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) =>
        code === 0 ? resolve(said) : reject(new Error(`node ${args.join(' ')}\n${said}`)),
      );
    });
  };

  /** Runs TypeScript of the repository: `tools/contracts/check.ts`. */
  script = (file: string, ...args: string[]): Promise<string> =>
    this.run(['-r', './tools/dev/register.js', file, ...args]);

  /** `npx nx g @banyan/tools:<generator> …args`, as somebody types it. */
  generate = (generator: string, ...args: string[]): Promise<string> =>
    this.run([
      'node_modules/nx/dist/bin/nx.js',
      'g',
      `@banyan/tools:${generator}`,
      ...args,
      '--no-interactive',
    ]);

  jest = (args: readonly string[], extra?: Readonly<Record<string, string>>): Promise<string> =>
    this.run(['node_modules/jest/bin/jest.js', '-i', ...args], extra);

  hashes = (): Hashes => hashesOf(this.folder);

  remove = (): void => rmSync(this.folder, { recursive: true, force: true });
}
