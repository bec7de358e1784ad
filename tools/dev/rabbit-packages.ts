import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { textOf } from './keeping';
import { installedRabbit, type InstalledRabbit } from './rabbit-node';

const run = promisify(execFile);

/**
 * RabbitMQ out of the packages of a Debian-like system: unpacked privately into `folder`, which needs no rights; where that
 * does not run, installed, but only as root in a container. Undefined on other systems, or when neither works.
 */
export async function debianPackages(
  folder: string,
  note: (text: string) => void,
): Promise<InstalledRabbit | undefined> {
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg')) return undefined;
  const unpacked = join(folder, 'unpacked');
  try {
    if (!existsSync(unpacked)) await unpack(folder, unpacked, note);
    const rabbit = inside(unpacked);
    await run('erl', ['-noshell', '-eval', '{ok, _} = application:ensure_all_started(ssl), halt(0).'], {
      env: { ...process.env, ...rabbit.env },
      timeout: 20_000,
    });
    return rabbit;
  } catch (error) {
    note(`Debian's packages of RabbitMQ cannot be used privately: ${reason(error)}`);
  }
  return process.getuid?.() === 0 && inContainer() ? install(note) : undefined;
}

async function unpack(folder: string, unpacked: string, note: (text: string) => void): Promise<void> {
  const [debs, fresh] = [join(folder, `debs.${process.pid}`), join(folder, `unpacked.${process.pid}`)];
  mkdirSync(debs, { recursive: true });
  note(`Downloading Debian's packages of RabbitMQ and Erlang into ${folder}`);
  const lists = await download(debs, []).catch(() => privateLists(folder));
  if (lists) await download(debs, lists);
  for (const deb of readdirSync(debs)) await run('dpkg', ['-x', join(debs, deb), fresh]);
  rmSync(debs, { recursive: true });
  try {
    renameSync(fresh, unpacked);
  } catch (error) {
    rmSync(fresh, { recursive: true });
    // Another start of the same moment was faster.
    if (!existsSync(unpacked)) throw error;
  }
}

/** RabbitMQ and the parts of Erlang that it names, without what any system has. */
async function download(into: string, options: readonly string[]): Promise<undefined> {
  const only = ['recommends', 'suggests', 'conflicts', 'breaks', 'replaces', 'enhances'].map(
    (kind) => `--no-${kind}`,
  );
  const { stdout } = await run('apt-cache', [...options, 'depends', '--recurse', ...only, 'rabbitmq-server']);
  const names = stdout.split('\n').filter((line) => /^(erlang-[a-z0-9-]+|rabbitmq-server)$/.test(line));
  if (names.length === 0) throw new Error('apt knows no rabbitmq-server');
  await run('apt-get', [...options, 'download', ...new Set(names)], { cwd: into, timeout: 300_000 });
}

/** Package lists of our own, for a system that has none, as images of containers do. */
async function privateLists(folder: string): Promise<string[]> {
  const lists = join(folder, 'lists');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  mkdirSync(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
  const options = [
    '-o',
    `Dir::State::lists=${lists}`,
    '-o',
    `Dir::Cache=${join(folder, 'cache')}`,
    '-o',
    'Debug::NoLocking=true',
  ];
  await run('apt-get', [...options, 'update'], { timeout: 300_000 });
  return options;
}

/** Debian's `erl` has its place written into it; the folder may have moved since. */
function inside(unpacked: string): InstalledRabbit {
  const erlang = join(unpacked, 'usr', 'lib', 'erlang');
  const script = realpathSync(join(erlang, 'bin', 'erl'));
  const text = readFileSync(script, 'utf8');
  const placed = text.replace(/^(\s*)ROOTDIR=['/].*$/gm, `$1ROOTDIR='${erlang}'`);
  if (placed !== text) writeFileSync(script, placed);
  return {
    scripts: join(unpacked, 'usr', 'lib', 'rabbitmq', 'bin'),
    env: { ERL_ROOTDIR: erlang, PATH: [join(erlang, 'bin'), process.env.PATH].join(delimiter) },
  };
}

async function install(note: (text: string) => void): Promise<InstalledRabbit | undefined> {
  note('Installing the package rabbitmq-server into this container');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const options = { env, timeout: 600_000, maxBuffer: 64 << 20 };
  try {
    await run('apt-get', ['update'], options);
    await run('apt-get', ['install', '--yes', '--no-install-recommends', 'rabbitmq-server'], options);
    return installedRabbit();
  } catch (error) {
    note(`That did not work: ${reason(error)}`);
    return undefined;
  }
}

const inContainer = (): boolean =>
  ['/.dockerenv', '/run/.containerenv'].some((file) => existsSync(file)) ||
  process.env.container !== undefined ||
  /docker|kubepods|containerd|lxc/.test(textOf('/proc/1/cgroup') ?? '');

const reason = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n').slice(0, 2).join(' ').trim();
