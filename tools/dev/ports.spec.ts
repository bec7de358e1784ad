import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, isFree } from './ports';
import { root } from './keeping';

const held: Server[] = [];
const hold = (port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, host, resolve);
    held.push(server);
  });
afterEach(() => Promise.all(held.splice(0).map((server) => new Promise((closed) => server.close(closed)))));

let notes: string;
beforeEach(async () => {
  notes = await mkdtemp(join(tmpdir(), 'banyan-notes-'));
});
afterEach(() => rm(notes, { recursive: true }));

/** What three other processes are given that begin to look at the same port, at the same time. */
async function portsElsewhere({ minutesLater = 0 } = {}): Promise<number[]> {
  const script = `
    const began = Date.now();
    Date.now = () => began + ${minutesLater} * 60_000;
    Math.random = () => 0.5;
    const { freePort } = require('./tools/dev/ports.ts');
    Promise.all(Array.from({ length: 20 }, () => freePort())).then((ports) => console.log(JSON.stringify(ports)));`;
  const three = await Promise.all(
    [1, 2, 3].map(() =>
      promisify(execFile)(process.execPath, ['-r', join(root, 'tools/dev/register.js'), '-e', script], {
        cwd: root,
        env: { ...process.env, TMPDIR: notes },
      }),
    ),
  );
  return three.flatMap(({ stdout }) => JSON.parse(stdout) as number[]);
}

describe('A free port', () => {
  it('is given out once, to however many processes look at the same time', async () => {
    expect(new Set(await portsElsewhere()).size).toBe(60);
  });

  it('is kept for ten minutes, and given out again after twenty, once', async () => {
    const before = await portsElsewhere();
    const soon = await portsElsewhere({ minutesLater: 10 });
    const late = await portsElsewhere({ minutesLater: 30 });

    expect(new Set([...before, ...soon]).size).toBe(120);
    expect(new Set(late).size).toBe(60);
    expect(late.filter((port) => before.includes(port))).not.toEqual([]);
  });

  it('is none that a connection of somebody may end at', async () => {
    const ports = await Promise.all(Array.from({ length: 60 }, () => freePort()));

    expect(ports.filter((port) => port < 20_000 || port >= 32_768)).toEqual([]);
  });

  it.each(['127.0.0.1', '0.0.0.0'])('is none that somebody listens on at %s', async (host) => {
    const port = await freePort();
    expect(await isFree(port)).toBe(true);

    await hold(port, host);

    expect(await isFree(port)).toBe(false);
  });
});
