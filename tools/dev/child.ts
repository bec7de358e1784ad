import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './keeping';

const register = join(__dirname, 'register.js');
const withParent = join(__dirname, 'with-parent.js');

/** One run of a program of this repository, in a process group of its own so that only its starter tells it to stop. */
export class Child {
  /** Resolves with its exit code, or the name of the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  private readonly process: ChildProcess;

  constructor(program: string, env: NodeJS.ProcessEnv, args: readonly string[] = []) {
    this.process = spawn(process.execPath, ['-r', withParent, '-r', register, join(root, program), ...args], {
      cwd: root,
      env,
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.ended = new Promise((resolve) =>
      this.process.once('exit', (code, signal) => resolve(code ?? signal ?? 1)),
    );
  }

  get running(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Asks it to stop, and ends it when it hangs. */
  async stop(patienceMs: number): Promise<void> {
    if (!this.running) return;
    this.process.kill('SIGTERM');
    const impatience = setTimeout(() => this.process.kill('SIGKILL'), patienceMs);
    await this.ended;
    clearTimeout(impatience);
  }
}
