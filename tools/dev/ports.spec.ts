import { execFile } from 'node:child_process';
import { createServer, type Server } from 'node:net';
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

/** What another process is given, that begins to look at the same port. */
async function portsElsewhere(count: number): Promise<number[]> {
  const script = `Math.random = () => 0.5;
    const { freePort } = require('./tools/dev/ports.ts');
    Promise.all(Array.from({ length: ${count} }, () => freePort())).then((ports) => console.log(JSON.stringify(ports)));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['-r', join(root, 'tools/dev/register.js'), '-e', script],
    { cwd: root },
  );
  return JSON.parse(stdout) as number[];
}

describe('A free port', () => {
  it('is given out once, to however many processes look at the same time', async () => {
    const ports = (await Promise.all([1, 2, 3].map(() => portsElsewhere(20)))).flat();

    expect(new Set(ports).size).toBe(60);
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
