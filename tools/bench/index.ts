import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { privatePostgres } from '@banyan/servers';
import { installPeers } from './peers';
import { reached, type Report } from './report';
import { record, type Recorded } from './record';
import { scenarios as usual, soaks } from './scenarios';
import { surroundings } from './surroundings';
import { table } from './table';

const USAGE = `npm run bench -- [names…] [--rounds 5] [--round-ms 1500] [--record]
  names: ${Object.keys(usual).join(', ')} (all, unless some are named)
  --soak runs what takes long: ${Object.keys(soaks).join(', ')}, ten rounds of a minute
  --record writes docs/benchmarks.md and docs/benchmarks.json; each run leaves JSON in tools/bench/results`;

/** Runs scenarios one after the other, each in a process of its own, and says what they reached. */
async function main(args: string[]): Promise<number> {
  if (args.includes('--help')) return (print(USAGE), 0);
  const option = (name: string, otherwise: string) =>
    args.includes(name) ? (args.splice(args.indexOf(name), 2)[1] ?? otherwise) : otherwise;
  const rounds = option('--rounds', '5');
  const soaking = args.includes('--soak');
  const scenarios = soaking ? soaks : usual;
  const roundMs = option('--round-ms', soaking ? '60000' : '1500');
  const recording = args.includes('--record');
  const names = args.filter((arg) => !arg.startsWith('--'));
  const unknown = names.filter((name) => !scenarios[name]);
  if (unknown.length > 0) return (print(`There is no scenario ${unknown.join(', ')}\n${USAGE}`), 2);

  const peers = await installPeers();
  if (peers) print(`Other libraries are absent from this run: ${peers}`);
  const server = process.env.DATABASE_URL
    ? { url: process.env.DATABASE_URL, leave: async () => undefined }
    : await privatePostgres({ durable: true });
  const around = { ...(await surroundings(server.url)), rounds: Number(rounds), roundMs: Number(roundMs) };
  if (!around.fsync) print('fsync is off on this server: figures of writes are too good');

  const reports: Record<string, Recorded> = {};
  let failed = 0;
  for (const name of names.length > 0 ? names : Object.keys(scenarios)) {
    const { title } = scenarios[name]!;
    print(`\n${title} (${name})`);
    try {
      const load = Math.round(loadavg()[0]! * 10) / 10;
      const report = await runScenario(name, { ROUNDS: rounds, ROUND_MS: roundMs, SERVER: server.url });
      reports[name] = { title, at: new Date().toISOString(), load, ...report };
      print(table(report));
      failed += report.targets.filter((target) => !reached(target)).length;
    } catch (error) {
      failed++;
      print(`  failed: ${(error as Error).message}`);
    }
  }
  await server.leave();
  const results = join(__dirname, 'results');
  mkdirSync(results, { recursive: true });
  const file = join(results, `${around.date.replaceAll(':', '-')}.json`);
  writeFileSync(file, `${JSON.stringify({ ...around, scenarios: reports }, null, 2)}\n`);
  print(
    `\n${failed === 0 ? 'Every target was reached' : `${failed} targets were missed`}; figures are in ${file}`,
  );
  if (recording) await record(around, reports);
  return 0;
}

function runScenario(name: string, env: Record<string, string>): Promise<Report> {
  const args = [
    '--expose-gc',
    '-r',
    join(__dirname, '../dev/register.js'),
    join(__dirname, 'run-scenario.ts'),
  ];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env, NAME: name },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(output.trim().split('\n').at(-1) ?? '') as Report);
      else reject(new Error(`${name} ended with code ${code}`));
    });
  });
}

const print = (text: string): void => void process.stdout.write(`${text}\n`);

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
