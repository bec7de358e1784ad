import { createServer } from 'node:net';

/** Below what Linux, macOS and Windows choose from for connections: there, a port that is free now may be one's end a moment later. */
const FIRST = 20_000;
/** Each process has some to itself, so that two that look at the same time do not find the same. */
const SHARES = 63;
const SHARE = 200;
let asked = 0;

/** Whether a server could listen on this port of 127.0.0.1 now. */
export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A port of 127.0.0.1 that nothing listens on at the moment; not the same again for long. @throws Error when there is none */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < SHARE; attempt++) {
    const port = FIRST + (process.pid % SHARES) * SHARE + (asked++ % SHARE);
    if (await isFree(port)) return port;
  }
  throw new Error(`Of the ${SHARE} ports that process ${process.pid} chooses from, none is free`);
}
