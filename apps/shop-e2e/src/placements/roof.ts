import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DeployableSettings,
  type End,
  faultsIn,
  isReady,
  type Running,
  surroundings,
  WORKSPACE,
} from '../shop/deployable';

/** What is asked of the process under-one-roof.ts. */
export interface Wish {
  readonly id: number;
  /** Of the deployable that is meant. */
  readonly name: string;
  /** With it, open; without, close. */
  readonly env?: Readonly<Record<string, string>>;
}

interface Reply {
  readonly id: number;
  readonly error?: string;
}

/** A process that hosts several deployables, of one shop at a time. */
export class Roof {
  private wishes = 0;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  readonly ended: Promise<End>;

  private constructor(
    private readonly process: ChildProcess,
    private readonly log: string,
  ) {
    this.ended = new Promise<End>((end) => process.on('exit', (code, signal) => end({ code, signal })));
    process.on('message', (reply: Reply) => this.waiting.get(reply.id)?.(reply));
    void this.ended.then(({ code, signal }) =>
      this.waiting.forEach((answer, id) => answer({ id, error: `It ended (${signal ?? code})` })),
    );
  }

  /** Starts it; its output goes to a file of `folder`. */
  static build(folder: string): Roof {
    const log = join(folder, `roof-${process.hrtime.bigint()}.log`);
    const file = openSync(log, 'a');
    const preloaded = ['register.js', 'with-parent.js'].flatMap((each) => [
      '-r',
      join(WORKSPACE, 'tools/dev', each),
    ]);
    const child = spawn(process.execPath, [...preloaded, join(__dirname, 'under-one-roof.ts')], {
      cwd: WORKSPACE,
      env: { ...surroundings(), LOG_LEVEL: 'warn' },
      stdio: ['ignore', file, file, 'ipc'],
      // Ctrl-C is meant for whoever walks, who brings the placements in hand to their end; the roof goes when they do.
      detached: true,
    });
    child.channel?.unref();
    closeSync(file);
    return new Roof(child, log);
  }

  get alive(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Starts a deployable under it. */
  host = (name: string, { url, env }: DeployableSettings): Running => {
    const from = this.length;
    const opened = this.ask({ name, env: { ...defined(env), PORT: new URL(url).port } });
    // Whoever waits for it to be ready hears of it.
    opened.catch(() => undefined);
    return new Hosted(name, url, this, opened, () => this.output(from));
  };

  /** @throws Error that says why it could not be done */
  async ask(wish: Omit<Wish, 'id'>): Promise<void> {
    const id = ++this.wishes;
    const { error } = await new Promise<Reply>((answer) => {
      this.waiting.set(id, answer);
      if (this.alive) this.process.send({ id, ...wish }, () => undefined);
      else answer({ id, error: 'It has ended' });
    });
    this.waiting.delete(id);
    if (error) throw new Error(`${wish.name}: ${error}`);
  }

  /** Ends it with all that it hosts. */
  kill(): void {
    this.process.kill('SIGKILL');
  }

  private get length(): number {
    return statSync(this.log).size;
  }

  private output = (from: number): string => readFileSync(this.log).subarray(from).toString('utf8');
}

/** A deployable under a roof. */
class Hosted implements Running {
  readonly leftSomething = false;
  readonly ended: Promise<End>;
  private end?: End;
  private over!: (end: End) => void;

  constructor(
    readonly name: string,
    readonly url: string,
    private readonly roof: Roof,
    private readonly opened: Promise<void>,
    private readonly said: () => string,
  ) {
    const stopped = new Promise<End>((over) => (this.over = over));
    this.ended = Promise.race([stopped, roof.ended]);
  }

  get alive(): boolean {
    return this.roof.alive && !this.end;
  }

  get state(): string {
    return this.alive ? 'runs under a roof' : 'ended';
  }

  /** Of all that are under the roof. */
  get output(): string {
    return this.said();
  }

  get faults(): string[] {
    return faultsIn(this.output);
  }

  async ready(): Promise<void> {
    await this.opened;
    await isReady(this);
  }

  tell(): void {
    throw new Error('Nobody under a roof can be told anything');
  }

  async stop(): Promise<End> {
    await this.roof.ask({ name: this.name });
    this.over((this.end = { code: 0, signal: null }));
    return this.end;
  }

  /** Its neighbours go with it. */
  kill(): void {
    if (this.alive) this.roof.kill();
  }
}

const defined = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
