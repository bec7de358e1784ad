import { alive, freePort, isFree } from '@banyan/servers';
import { eventually } from '@banyan/testing';
import { connect } from 'amqplib';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CONTEXTS } from '../shop/placements';
import { surroundings } from '../shop/deployable';
import { WORKSPACE } from './markdown';
import { Terminal } from './terminal';

/** A shop in which parcels fly. */
const BRISK = {
  SHIPPING_DISPATCH_AFTER: '100ms',
  SHIPPING_DELIVERY_AFTER: '100ms',
  ORDERS_COMPLETE_AFTER: '100ms',
};

/** Somebody who has just cloned this repository and types what the README says. Ports are moved out of others' way. */
export class Newcomer {
  readonly serving = new Map<string, Serving>();
  private readonly terminal: Terminal;

  private constructor(
    readonly checkout: string,
    private readonly port: number,
  ) {
    // curl says the status and headers of each answer as well, in the same words of the README.
    writeFileSync(join(checkout, '.curlrc'), 'include\n');
    this.terminal = new Terminal(checkout, this.env());
  }

  /** Clones all that is tracked or about to be, with the modules that are installed here. */
  static async arrive(): Promise<Newcomer> {
    const checkout = realpathSync(mkdtempSync(join(tmpdir(), 'banyan-readme-')));
    // PostgreSQL runs as another user when we are root.
    chmodSync(checkout, 0o755);
    for (const file of ours()) {
      mkdirSync(dirname(join(checkout, file)), { recursive: true });
      cpSync(join(WORKSPACE, file), join(checkout, file), { verbatimSymlinks: true });
    }
    linkModules(join(WORKSPACE, 'node_modules'), join(checkout, 'node_modules'));
    const newcomer = new Newcomer(checkout, await freePort());
    await newcomer.moveTo('monolith', newcomer.port);
    return newcomer;
  }

  /** What topology.json says now, with the monolith where the README has it. */
  get topology(): unknown {
    return JSON.parse(this.topologyText.replace(`localhost:${this.port}`, 'localhost:3000'));
  }

  /** Types commands into a terminal that stays open, and resolves with what they printed. @throws Error when the last one failed */
  type(commands: string): Promise<string> {
    return this.terminal.type(commands.replaceAll('localhost:3000', `localhost:${this.port}`));
  }

  /** `npx nx serve <deployable>` in a terminal of its own. Resolves when it says that it is ready. */
  async serve(deployable: string): Promise<Serving> {
    const address = new URL(JSON.parse(this.topologyText).deployables[deployable].url);
    if (deployable !== 'monolith' && !(await isFree(Number(address.port))))
      await this.moveTo(deployable, await freePort());
    const serving = new Serving(this.checkout, deployable, this.env());
    this.serving.set(deployable, serving);
    await serving.says(/ is ready: /);
    return serving;
  }

  /** What still runs of all that was started from this checkout, as command lines. */
  processes(): string[] {
    return processesBelow(this.checkout).map(({ pid, command }) => `${pid} ${command}`);
  }

  /** What the newcomer's own PostgreSQL has to say. */
  get databaseLog(): string {
    return readFileSync(join(this.checkout, '.data', 'postgres', 'postgres.log'), 'utf8');
  }

  /** Removes all traces, also of what failed to stop. */
  async leave(): Promise<void> {
    this.terminal.close();
    for (const each of this.serving.values()) each.kill();
    for (const { pid } of processesBelow(this.checkout)) if (alive(pid)) process.kill(pid, 'SIGKILL');
    await this.clearBroker();
    rmSync(this.checkout, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  private get topologyText(): string {
    return readFileSync(join(this.checkout, 'topology.json'), 'utf8');
  }

  private async moveTo(deployable: string, port: number): Promise<void> {
    const topology = JSON.parse(this.topologyText);
    topology.deployables[deployable].url = `http://localhost:${port}`;
    writeFileSync(join(this.checkout, 'topology.json'), `${JSON.stringify(topology, undefined, 2)}\n`);
  }

  /** A newcomer has neither a database nor a broker of his own, and was not started by Nx, npm or Jest. */
  private env(): NodeJS.ProcessEnv {
    const ours = Object.entries(surroundings()).filter(
      ([name]) => !/^(NX_|npm_|JEST_|INIT_CWD$|FORCE_COLOR$)/.test(name),
    );
    return { ...Object.fromEntries(ours), ...BRISK, NO_COLOR: '1', CURL_HOME: this.checkout };
  }

  /** On a broker of somebody else's, names that begin like this are what `serve` declared for this checkout. */
  private async clearBroker(): Promise<void> {
    const prefix = `banyan-${createHash('sha256').update(this.checkout).digest('hex').slice(0, 6)}`;
    const connection = await connect('amqp://guest:guest@127.0.0.1:5672').catch(() => undefined);
    if (!connection) return;
    connection.on('error', () => undefined);
    const channel = await connection.createChannel();
    for (const context of CONTEXTS) {
      await channel.deleteQueue(`${prefix}.${context}`);
      await channel.deleteQueue(`${prefix}.requests.${context}`);
    }
    await channel.deleteQueue(`${prefix}.dead`);
    for (const exchange of ['events', 'dead']) await channel.deleteExchange(`${prefix}.${exchange}`);
    await connection.close();
  }
}

/** `npx nx serve …` in a terminal of its own. */
class Serving {
  private readonly nx: ChildProcess;
  private readonly ended: Promise<unknown>;
  output = '';

  constructor(checkout: string, deployable: string, env: NodeJS.ProcessEnv) {
    this.nx = spawn(process.execPath, [join('node_modules', '.bin', 'nx'), 'serve', deployable], {
      cwd: checkout,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      // What Ctrl-C reaches is the terminal's foreground group, not Nx alone.
      detached: true,
    });
    for (const stream of [this.nx.stdout!, this.nx.stderr!])
      stream.on('data', (text) => (this.output += text));
    this.ended = new Promise((resolve) => this.nx.once('exit', resolve));
  }

  /** Resolves when it has said so, `since` an earlier length of its output. */
  says(words: RegExp, { since = 0 } = {}): Promise<unknown> {
    return eventually(
      () => {
        if (!words.test(this.output.slice(since))) throw new Error(`Not yet ${words}:\n${this.output}`);
      },
      { timeoutMs: 60_000, everyMs: 50 },
    );
  }

  /** Ctrl-C. Resolves when the prompt is back. */
  async interrupt(): Promise<void> {
    process.kill(-this.nx.pid!, 'SIGINT');
    await this.ended;
  }

  kill(): void {
    try {
      process.kill(-this.nx.pid!, 'SIGKILL');
    } catch {
      // it is gone
    }
  }
}

const ours = (): string[] =>
  execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: WORKSPACE, encoding: 'utf8' })
    .split('\0')
    .filter((file) => file !== '' && existsSync(join(WORKSPACE, file)));

/** Each module by itself, so that what tools keep in node_modules/.cache is the newcomer's own. */
function linkModules(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) if (name !== '.cache') symlinkSync(join(from, name), join(to, name));
}

/** By their command line, and where the system tells it by the folder they work in. */
function processesBelow(folder: string): { pid: number; command: string }[] {
  const lines = execFileSync('ps', ['-A', '-ww', '-o', 'pid=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n');
  return lines
    .map((line) => /^\s*(\d+) (.*)$/.exec(line)!)
    .map(([, pid, command]) => ({ pid: Number(pid), command: command! }))
    .filter(({ pid, command }) => command.includes(folder) || workingFolder(pid)?.startsWith(folder));
}

function workingFolder(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
