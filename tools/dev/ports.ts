import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Below what Linux, macOS and Windows choose from for connections: there, a port that is free now may be one's end a moment later. */
const FIRST = 20_000;
const COUNT = 12_000;

/** For how long, at least, a port is kept for whom it was given to, who may not listen on it yet. */
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
  // A folder for each stretch of time, so that what is old need not be taken over from whoever wrote it: two would.
  const stretch = Math.floor(Date.now() / KEPT_MS);
  const notes = join(tmpdir(), `banyan-ports-${userInfo().uid}`);
  const note = (of: number): string => join(notes, String(of), String(port));
  if (await mkdir(join(notes, String(stretch)), { recursive: true })) await forget(notes, stretch - 1);
  try {
    await writeFile(note(stretch), '', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  return !existsSync(note(stretch - 1)) && !existsSync(note(stretch + 1));
}

/** Removes notes from before a stretch. */
async function forget(notes: string, before: number): Promise<void> {
  for (const each of await readdir(notes))
    if (Number(each) < before) await rm(join(notes, each), { recursive: true, force: true });
}
