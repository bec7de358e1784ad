import { mkdir, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Below what Linux, macOS and Windows choose from for connections: there, a port that is free now may be one's end a moment later. */
const FIRST = 20_000;
const COUNT = 12_000;

/** For how long a port is kept for whom it was given to, who may not listen on it yet. */
const KEPT_MS = 10 * 60_000;

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A port of 127.0.0.1 that nothing listens on, and that no process of this user is given again for ten minutes. @throws Error when there is none */
export async function freePort(): Promise<number> {
  const from = Math.floor(Math.random() * COUNT);
  for (let n = 0; n < COUNT; n++) {
    const port = FIRST + ((from + n) % COUNT);
    if ((await claim(port)) && (await isFree(port))) return port;
  }
  throw new Error(`No port from ${FIRST} to ${FIRST + COUNT - 1} is free`);
}

/** Notes that a port is given out, where all processes look. False when it was lately. */
async function claim(port: number): Promise<boolean> {
  const folder = join(tmpdir(), `banyan-ports-${userInfo().uid}`);
  const note = join(folder, String(port));
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(note, '', { flag: 'wx' });
    return true;
  } catch {
    const { mtimeMs } = await stat(note);
    if (Date.now() - mtimeMs < KEPT_MS) return false;
    await utimes(note, new Date(), new Date());
    return true;
  }
}
