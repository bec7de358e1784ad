import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Armed, Command, MemberSettings, Report } from './commands';

const ROOT = join(__dirname, '../../../../..');
const START_WITHIN_MS = 60_000;

export interface Ending {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
}

/** A child as its test sees it. */
export class MemberProcess {
  /** How often it passed each failpoint, as last told. */
  hits: Record<string, number> = {};
  problems: string[] = ['starting'];
  readonly ended: Promise<Ending>;
  ending?: Ending;
  private readonly child: ChildProcess;
  private readonly said: string[] = [];
  private stoppedAfterMs?: number;
  private broken?: string;
  private talksAs?: string;

  /** Loads all it needs, and waits to be told what it is. */
  constructor() {
    this.child = fork(join(__dirname, 'member.ts'), {
      cwd: ROOT,
      execArgv: ['-r', join(ROOT, 'tools/dev/register.js')],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk) => {
        if (this.talksAs) process.stderr.write(`${this.talksAs}| ${chunk}`);
        this.said.push(String(chunk));
        this.said.splice(0, this.said.length - 20);
      });
    this.child.on('message', (report: Report) => this.hear(report));
    this.ended = once(this.child, 'exit').then(([code, signal]) => (this.ending = { code, signal }));
  }

  /** Resolves when it works, as `settings` have it. @throws Error with what it said when it ended instead. */
  async begin(settings: MemberSettings): Promise<this> {
    if (settings.talks) this.talksAs = settings.deployable ?? 'monolith';
    const ready = this.ready();
    this.child.send(settings, () => undefined);
    return ready;
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get alive(): boolean {
    return this.ending === undefined;
  }

  tell(command: Command): void {
    if (this.child.connected) this.child.send(command, () => undefined);
  }

  /** Resolves when it will die there, or nowhere, or is dead already. */
  async arm(armed: Armed | undefined): Promise<void> {
    this.tell({ do: 'arm', armed });
    await Promise.race([this.told('armed'), this.ended]);
  }

  /** Resolves with how many events of `from` were sent to `to` again. */
  async republish(from: string, to: string): Promise<number> {
    this.tell({ do: 'republish', from, to });
    const report = await Promise.race([this.told('republished'), this.ended]);
    if (!('count' in report)) throw new Error(`A child ended while it republished: ${this.story()}`);
    return report.count;
  }

  pour(): void {
    this.tell({ do: 'pour' });
  }

  async rest(): Promise<void> {
    this.tell({ do: 'rest' });
    await Promise.race([this.told('resting'), this.ended]);
  }

  kill(): Promise<Ending> {
    this.child.kill('SIGKILL');
    return this.ended;
  }

  /** Stops it in good order. Resolves with how long that took, in milliseconds. */
  async stop(): Promise<number> {
    this.tell({ do: 'stop' });
    await this.ended;
    if (this.stoppedAfterMs === undefined)
      throw new Error(`A child did not stop in good order: ${this.story()}`);
    return this.stoppedAfterMs;
  }

  /** How it ended, what troubled it and what it said last. */
  story(): string {
    const { ending, broken, problems, said } = this;
    return JSON.stringify({ ending, broken, problems }) + (said.length > 0 ? `\n${said.join('')}` : '');
  }

  private async ready(): Promise<this> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`A child is not ready: ${this.story()}`)), START_WITHIN_MS);
    });
    try {
      await Promise.race([this.told('ready'), this.ended, late]);
    } finally {
      clearTimeout(timer);
    }
    if (!this.alive && this.ending?.signal !== 'SIGKILL')
      throw new Error(`A child ended at once: ${this.story()}`);
    return this;
  }

  private hear(report: Report): void {
    if (report.is === 'at') ({ hits: this.hits, problems: this.problems } = report);
    else if (report.is === 'stopped') ({ hits: this.hits, afterMs: this.stoppedAfterMs } = report);
    else if (report.is === 'broken') this.broken = report.reason;
  }

  private told<Is extends Report['is']>(what: Is): Promise<Extract<Report, { is: Is }>> {
    return new Promise((resolve) => {
      const listen = (report: Report): void => {
        if (report.is !== what) return;
        this.child.off('message', listen);
        resolve(report as Extract<Report, { is: Is }>);
      };
      this.child.on('message', listen);
    });
  }
}
