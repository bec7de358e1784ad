/*
 * A process of its own that runs one development server (see Kept) for whoever is connected to it, and stops it when the
 * last has left, however it left: a killed user closes its connection like any other. Started by `join`, never by hand.
 *
 *   node -r ./tools/dev/register.js tools/dev/keeper.ts <Keeping as JSON>
 */
import { rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EmbeddedPostgres } from './embedded-postgres';
import type { Keeping, Kept } from './keeping';
import { PrivateRabbit } from './private-rabbit';

const keeping = JSON.parse(process.argv[2]!) as Keeping;
/** For whoever waits to read: what takes long, and why. */
const note = (text: string): void => {
  console.log(text);
  notes.push(text);
  for (const user of users) say(user, { note: text });
};

const users = new Set<Socket>();
const notes: string[] = [];
const kept: Kept =
  keeping.server === 'postgres'
    ? new EmbeddedPostgres(keeping.folder, keeping.options)
    : new PrivateRabbit(keeping.folder, keeping.options, note);

let closing = false;
/** Whether somebody was told that the server did not start. By the time the next one comes, the reason may be gone. */
let failureTold = false;
let linger: NodeJS.Timeout | undefined;

const started = new Promise<unknown>((resolve) => listen(resolve)).then(() => kept.start());
// Not before: on a busy machine a server may take longer to be made than a user is waited for.
void started.catch(() => undefined).then(leaveSoon);

function listen(listening: (value: unknown) => void): void {
  const server = createServer(serve);
  server.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    const other = connect(keeping.socket);
    other.on('connect', () => process.exit(0));
    other.on('error', () => {
      unlinkSync(keeping.socket);
      server.listen(keeping.socket);
    });
  });
  server.listen(keeping.socket, () => {
    writeFileSync(join(keeping.folder, 'keeper.pid'), String(process.pid));
    listening(undefined);
  });
}

/** While closing, or about to, a newcomer waits on its open connection until this process is gone, and then starts another. */
function serve(user: Socket): void {
  user.on('error', () => undefined);
  if (closing || failureTold) return;
  users.add(user);
  clearTimeout(linger);
  user.on('close', () => left(user));
  for (const text of notes) say(user, { note: text });
  started.then(
    (info) => {
      notes.length = 0;
      say(user, { ready: info });
    },
    (error: Error) => {
      say(user, { failed: error.message });
      failureTold = true;
      setTimeout(() => void close(), 100);
    },
  );
  createInterface({ input: user }).on('line', (line) => void obey(user, JSON.parse(line) as Order));
}

interface Order {
  readonly id?: number;
  readonly act: string;
  readonly with?: string[];
}

async function obey(user: Socket, order: Order): Promise<void> {
  if (order.act === 'leave') {
    left(user);
    if (!closing) user.end();
    return;
  }
  try {
    const acts = await started.then(() => kept.acts);
    const act = acts[order.act];
    if (!act) throw new Error(`This server cannot ${order.act}`);
    say(user, { id: order.id, done: (await act(...(order.with ?? []))) ?? null });
  } catch (error) {
    say(user, { id: order.id, refused: error instanceof Error ? error.message : String(error) });
  }
}

function left(user: Socket): void {
  if (!users.delete(user) || users.size > 0) return;
  if (keeping.lingerMs) leaveSoon();
  else void close();
}

function leaveSoon(): void {
  linger = setTimeout(() => users.size === 0 && void close(), Math.max(keeping.lingerMs ?? 0, 5_000));
}

function say(user: Socket, word: object): void {
  if (user.writable) user.write(`${JSON.stringify(word)}\n`);
}

async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  await started.then(
    () => kept.stop(),
    () => undefined,
  );
  if (keeping.ephemeral) rmSync(keeping.folder, { recursive: true, force: true });
  process.exit(0);
}

process.on('exit', () => {
  try {
    if (closing) unlinkSync(keeping.socket);
  } catch {
    // already gone, or a named pipe
  }
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void close());
