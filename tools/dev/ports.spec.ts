import { createServer, type Server } from 'node:net';
import { freePort, isFree } from './ports';

const held: Server[] = [];
const hold = (port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, host, resolve);
    held.push(server);
  });
afterEach(() => Promise.all(held.splice(0).map((server) => new Promise((closed) => server.close(closed)))));

describe('A free port', () => {
  it('is given out once, to however many ask, and never one that a connection of somebody may end at', async () => {
    const ports = await Promise.all(Array.from({ length: 60 }, () => freePort()));

    expect(new Set(ports).size).toBe(60);
    expect(ports.filter((port) => port < 20_000 || port >= 32_768)).toEqual([]);
  });

  it('is none that somebody listens on, at this or at every address', async () => {
    const next = (await freePort()) + 1;
    await hold(next, '127.0.0.1');
    await hold(next + 1, '0.0.0.0');

    expect(await Promise.all([next, next + 1].map(isFree))).toEqual([false, false]);
    expect(await freePort()).toBe(next + 2);
  });
});
