import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The root of this checkout. */
export const WORKSPACE = resolve(__dirname, '../../../..');
const READY_WITHIN_MS = 90_000;
const STOPPED_WITHIN_MS = 25_000;

/** How a process ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface DeployableSettings {
  readonly url: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Modules that it loads before its own. (Default: none) */
  readonly preload?: readonly string[];
}

/** A deployable at work. */
export interface Running {
  readonly name: string;
  readonly url: string;
  readonly alive: boolean;
  /** In words. */
  readonly state: string;
  readonly output: string;
  /** Lines that say that something is wrong with the program, rather than with what it was told. */
  readonly faults: readonly string[];
  /** Whether anything that it started still runs. */
  readonly leftSomething: boolean;
  readonly ended: Promise<End>;
  /** Resolves when it is ready to work. @throws Error with its output when it ends or takes too long. */
  ready(): Promise<void>;
  /** Says something to a module that it preloaded; nothing to one that is gone. */
  tell(message: object): void;
  /** Asks it to stop, as an orchestrator does. */
  stop(): Promise<End>;
  /** Ends it, and all that it started, as a lost host does. */
  kill(): void;
}

/** A real process of one deployable, compiled in place as `nx serve` does it. */
export class Deployable implements Running {
  private constructor(
    readonly name: string,
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly log: string,
    readonly ended: Promise<End>,
  ) {}

  /** Starts it, and does not wait; see `ready`. Its output goes to a file of `folder`. */
  static start(name: string, { url, folder, env, preload = [] }: DeployableSettings): Deployable {
    const log = join(folder, `${name}-${new URL(url).port}-${process.hrtime.bigint()}.log`);
    const file = openSync(log, 'a');
    const child = spawn(
      process.execPath,
      ['register.js', 'with-parent.js']
        .map((preloaded) => join(WORKSPACE, 'tools/dev', preloaded))
        .concat(preload)
        .flatMap((preloaded) => ['-r', preloaded])
        .concat(mainOf(name)),
      {
        cwd: WORKSPACE,
        env: { ...surroundings(), PORT: new URL(url).port, ...env },
        // The channel tells it when this process is gone, however it went.
        stdio: ['ignore', file, file, 'ipc'],
        // A group of its own, so that whatever it leaves behind can be seen.
        detached: true,
      },
    );
    child.channel?.unref();
    closeSync(file);
    const ended = new Promise<End>((end) => child.on('exit', (code, signal) => end({ code, signal })));
    return new Deployable(name, url, child, log, ended);
  }

  get pid(): number {
    return this.process.pid!;
  }

  get alive(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  get state(): string {
    const { exitCode, signalCode } = this.process;
    return this.alive ? 'runs' : `ended (${signalCode ?? exitCode})`;
  }

  get output(): string {
    return readFileSync(this.log, 'utf8');
  }

  get faults(): string[] {
    return faultsIn(this.output);
  }

  ready = (): Promise<void> => isReady(this);

  tell(message: object): void {
    if (this.process.connected) this.process.send(message, () => undefined);
  }

  async stop(): Promise<End> {
    if (this.alive) this.process.kill('SIGTERM');
    const end = await Promise.race([this.ended, sleep(STOPPED_WITHIN_MS, undefined, { ref: false })]);
    if (end) return end;
    this.kill();
    throw new Error(`${this.name} did not stop within ${STOPPED_WITHIN_MS} ms\n${this.output}`);
  }

  kill(): void {
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch {
      // it is gone
    }
  }

  get leftSomething(): boolean {
    try {
      process.kill(-this.pid, 0);
      return true;
    } catch {
      return false;
    }
  }
}

/** Resolves when a deployable is ready to work. @throws Error with its output when it ends or takes too long. */
export async function isReady(deployable: Running): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  let last = 'no answer';
  while (deployable.alive && Date.now() < deadline) {
    try {
      const answer = await fetch(`${deployable.url}/health/ready`);
      last = await answer.text();
      if (answer.ok) return;
    } catch {
      // not listening yet
    }
    await sleep(50);
  }
  const { name, state, output } = deployable;
  throw new Error(`${name} ${state}, its last word was ${last}\n${output}`);
}

export const faultsIn = (output: string): string[] =>
  output
    .split('\n')
    .filter((line) => /^\S+ (error|fatal) |UnhandledPromiseRejection|Uncaught|Warning: /.test(line));

/** The program of a deployable, and what it is started with. */
function mainOf(name: string): string[] {
  const main = join(WORKSPACE, `apps/${name}/src/main.ts`);
  return existsSync(main) ? [main] : [join(__dirname, 'any-deployable.ts'), name];
}

/** What a process inherits: nothing that would make this checkout's own settings its own. */
export function surroundings(): Record<string, string | undefined> {
  const foreign =
    /^(PORT|DATABASE_URL|.*_DATABASE_URL|RABBITMQ_.*|BANYAN_.*|SEED|CARRIER|SMTP_.*|(ORDERS|USERS|PAYMENTS|PAYMENT|SHIPPING|PROVIDER)_.*|NODE_ENV|NODE_OPTIONS|LOG_LEVEL)$/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}
