import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../dev/ports';
import { median } from '../measuring';
import { absent, type Line, type Target } from '../report';
import type { Bench, Scenario } from '../scenario';

const root = join(__dirname, '../../..');

/** What the monolith takes while nobody asks anything of it, and how soon it is there. */
export const idle: Scenario = {
  title: 'The monolith, idle and starting',
  async run(bench) {
    const source = await lived(bench, root, [
      '-r',
      join(root, 'tools/dev/register.js'),
      'apps/monolith/src/main.ts',
    ]);
    const folder = built(bench);
    const artefact = folder ? await lived(bench, folder, ['main.js']) : undefined;
    const lines = (name: string, life: Life): Line[] => [
      {
        name: `${name}: ready after`,
        unit: 'ms',
        value: median(life.readyAfterMs),
        range: ends(life.readyAfterMs),
      },
      { name: `${name}: CPU while idle`, unit: '% of a core', value: life.cpuPercent },
      { name: `${name}: memory while idle`, unit: 'MiB', value: life.residentMiB },
    ];
    const targets = (name: string, life: Life): Target[] => [
      { what: `${name}: ready`, value: median(life.readyAfterMs), unit: 'ms', atMost: 3_000 },
      { what: `${name}: idle CPU`, value: life.cpuPercent, unit: '%', atMost: 2 },
      { what: `${name}: idle memory`, value: life.residentMiB, unit: 'MiB', atMost: 250 },
    ];
    return {
      lines: [
        ...lines('from source', source),
        ...(artefact
          ? lines('built', artefact)
          : [absent('built', 'npx nx build monolith did not work here')]),
      ],
      targets: [...targets('from source', source), ...(artefact ? targets('built', artefact) : [])],
      notes: [
        'Ready is when /health/ready says so, from the start of the process, on a prepared and seeded database; the compiler cache is warm. Idle CPU counts the process, not PostgreSQL, from half a minute after its start.',
      ],
    };
  },
};

/** From when on a process is idle: by then what a start leaves to be done, once and late, is done. */
const SETTLED_AFTER_MS = 30_000;

interface Life {
  readonly readyAfterMs: readonly number[];
  readonly cpuPercent: number;
  readonly residentMiB: number;
}

const ends = (values: readonly number[]): [number, number] => [Math.min(...values), Math.max(...values)];

async function lived(bench: Bench, cwd: string, args: readonly string[]): Promise<Life> {
  const env = { DATABASE_URL: await bench.database(), NODE_ENV: 'development' };
  await (await start(cwd, args, { ...env, BANYAN_PREPARE: '1', SEED: '1' })).stop();
  const readyAfterMs: number[] = [];
  for (let n = 1; n < bench.rounds; n++) {
    const process = await start(cwd, args, env);
    readyAfterMs.push(process.readyAfterMs);
    await process.stop();
  }
  const process = await start(cwd, args, env);
  readyAfterMs.push(process.readyAfterMs);
  await sleep(SETTLED_AFTER_MS);
  const before = process.cpuMs();
  const began = performance.now();
  await sleep(bench.roundMs * 8);
  const cpuPercent = ((process.cpuMs() - before) * 100) / (performance.now() - began);
  const residentMiB = process.residentMiB();
  await process.stop();
  return { readyAfterMs, cpuPercent, residentMiB };
}

async function start(cwd: string, args: readonly string[], env: Readonly<Record<string, string>>) {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, ...env, PORT: String(port) },
    stdio: ['ignore', process.env.BENCH_LOG ? 'inherit' : 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let alive = true;
  void ended.then(() => (alive = false));
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (answer?.ok) break;
    if (!alive || performance.now() - began > 60_000) throw new Error('the monolith did not become ready');
    await sleep(10);
  }
  const proc = (file: string) => readFileSync(`/proc/${child.pid}/${file}`, 'utf8');
  return {
    readyAfterMs: performance.now() - began,
    cpuMs: () => {
      const fields = proc('stat').split(') ')[1]!.split(' ');
      return (Number(fields[11]) + Number(fields[12])) * 10;
    },
    residentMiB: () => Number(/VmRSS:\s+(\d+)/.exec(proc('status'))?.[1]) / 1024,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A build in a folder of its own, with the packages that it names. Undefined, and reported, when it cannot be had. */
function built(bench: Bench): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'banyan-bench-build-'));
  bench.after(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const script = `require('./tools/build/build.ts').build('monolith', ${JSON.stringify(folder)})`;
    execFileSync(process.execPath, ['-r', './tools/dev/register.js', '-e', script], {
      cwd: root,
      timeout: 120_000,
    });
    execFileSync('npm', ['ci', '--omit=dev', '--no-audit', '--no-fund'], {
      cwd: folder,
      timeout: 300_000,
      stdio: 'pipe',
    });
  } catch (error) {
    bench.say(`no build: ${(error as Error).message.split('\n')[0]}`);
    return undefined;
  }
  return existsSync(join(folder, 'main.js')) ? folder : undefined;
}
