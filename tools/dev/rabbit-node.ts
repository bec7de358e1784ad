import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { alive, textOf } from './keeping';
import { freePort } from './ports';
import type { Rabbit } from './private-rabbit';

/** RabbitMQ on disk. */
export interface InstalledRabbit {
  /** Holds `rabbitmq-server` and `rabbitmqctl`. */
  readonly scripts: string;
  /** What they need beside the environment: where Erlang is, for instance. */
  readonly env: Readonly<Record<string, string>>;
}

/** The one on the PATH or where package managers put it outside the PATH of ordinary users. */
export function installedRabbit(): InstalledRabbit | undefined {
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    '/usr/sbin',
    '/usr/local/sbin',
    '/opt/homebrew/sbin',
  ];
  const found = folders.map((folder) => join(folder, 'rabbitmq-server')).find((file) => existsSync(file));
  if (!found) return undefined;
  // Debian's wrapper insists on its own user and folders; the scripts beside it do not.
  const real = realpathSync(found);
  const scripts = dirname(real);
  return existsSync(join(scripts, 'rabbitmq-server')) || basename(real) === 'rabbitmq-server'
    ? { scripts, env: {} }
    : undefined;
}

/** A broker of our own as an ordinary process: own node name, ports, cookie, data and logs, all below one folder. */
export class RabbitNode implements Rabbit {
  private server: ChildProcess | undefined;
  private epmd: ChildProcess | undefined;
  private epmdPort = 0;
  private readonly pidFile: string;

  constructor(
    private readonly installed: InstalledRabbit,
    private readonly folder: string,
    private readonly port: number,
  ) {
    this.pidFile = join(folder, 'rabbitmq.pid');
  }

  async start(): Promise<void> {
    await this.stop();
    mkdirSync(join(this.folder, 'log'), { recursive: true });
    writeFileSync(join(this.folder, 'enabled_plugins'), '[].\n');
    writeFileSync(join(this.folder, 'rabbitmq.conf'), configuration(this.port));
    await this.startEpmd();

    const log = openSync(join(this.folder, 'rabbitmq.log'), 'a');
    // A group of its own, so that a kill reaches Erlang behind the script.
    this.server = spawn(join(this.installed.scripts, 'rabbitmq-server'), [], {
      cwd: this.folder,
      env: { ...this.env(), RABBITMQ_DIST_PORT: String(await freePort()) },
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    this.server.on('error', () => undefined);
    writeFileSync(this.pidFile, String(this.server.pid ?? 0));
  }

  async stop(): Promise<void> {
    await this.end('SIGTERM');
    if (this.epmd?.kill('SIGKILL')) await once(this.epmd, 'exit');
    this.epmd = undefined;
  }

  /**
   * Syncs Erlang's own tables first: they are written a second or two late, and a quorum queue declared just before a kill
   * would stay without a leader for ever (seen on 3.10). Messages are not touched by that.
   */
  async kill(): Promise<void> {
    await this.ctl('eval', '[dets:sync(Table) || Table <- dets:all()].').catch(() => undefined);
    await this.end('SIGKILL');
  }

  async ctl(...args: string[]): Promise<string> {
    const ran = await promisify(execFile)(join(this.installed.scripts, 'rabbitmqctl'), ['--quiet', ...args], {
      cwd: this.folder,
      env: this.env(),
    });
    return ran.stdout.trim();
  }

  ended(): string | undefined {
    const gone =
      this.server && (this.server.exitCode !== null || this.server.signalCode !== null || !this.server.pid);
    return gone ? `RabbitMQ did not start; see ${join(this.folder, 'rabbitmq.log')}` : undefined;
  }

  /** Also one that outlived an earlier keeper of this folder. */
  private async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const pid = this.server?.pid ?? Number(textOf(this.pidFile) ?? 0);
    if (alive(pid) && isOurs(pid, this.folder)) {
      process.kill(signal === 'SIGKILL' ? -pid : pid, signal);
      for (let waited = 0; groupAlive(pid) && waited < 30_000; waited += 20) {
        if (waited === 20_000) process.kill(-pid, 'SIGKILL');
        await sleep(20);
      }
    }
    this.server = undefined;
  }

  /** Erlang's port mapper, private too, or the first node to start would leave one behind for ever. */
  private async startEpmd(): Promise<void> {
    this.epmdPort ||= await freePort();
    const program = epmdProgram(this.installed.env.ERL_ROOTDIR);
    if (!program || this.epmd) return;
    this.epmd = spawn(program, ['-port', String(this.epmdPort), '-address', '127.0.0.1'], {
      cwd: this.folder,
      stdio: 'ignore',
    });
    this.epmd.on('error', () => undefined);
  }

  private env(): NodeJS.ProcessEnv {
    const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('RABBITMQ_'));
    return {
      ...Object.fromEntries(inherited),
      ...this.installed.env,
      HOME: this.folder,
      ERL_EPMD_PORT: String(this.epmdPort),
      RABBITMQ_NODENAME: `banyan-${this.port}@localhost`,
      RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
      RABBITMQ_NODE_PORT: String(this.port),
      RABBITMQ_CONF_ENV_FILE: join(this.folder, 'none'),
      RABBITMQ_CONFIG_FILE: join(this.folder, 'rabbitmq.conf'),
      RABBITMQ_ADVANCED_CONFIG_FILE: join(this.folder, 'none.config'),
      RABBITMQ_CONFIG_FILES: join(this.folder, 'none.d'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(this.folder, 'enabled_plugins'),
      RABBITMQ_MNESIA_BASE: join(this.folder, 'mnesia'),
      RABBITMQ_LOG_BASE: join(this.folder, 'log'),
      RABBITMQ_GENERATED_CONFIG_DIR: join(this.folder, 'generated'),
      RABBITMQ_PID_FILE: join(this.folder, 'node.pid'),
    };
  }
}

const configuration = (port: number): string => `
listeners.tcp.1 = 127.0.0.1:${port}
disk_free_limit.absolute = 50MB
`;

/** The script and Erlang behind it, but for those that are only waiting to be reaped. */
function groupAlive(leader: number): boolean {
  try {
    return process.kill(-leader, 0);
  } catch {
    return false;
  }
}

/** Process ids are used again, so that the file alone proves little. */
function isOurs(pid: number, folder: string): boolean {
  const environment = textOf(`/proc/${pid}/environ`);
  return environment === undefined || environment.includes(folder);
}

function epmdProgram(erlang = '/usr/lib/erlang'): string | undefined {
  const onPath = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'epmd'));
  const runtimes = existsSync(erlang) ? readdirSync(erlang).filter((name) => name.startsWith('erts-')) : [];
  const inErlang = [
    join(erlang, 'bin', 'epmd'),
    ...runtimes.map((name) => join(erlang, name, 'bin', 'epmd')),
  ];
  return [...inErlang, ...onPath].find((file) => existsSync(file));
}
