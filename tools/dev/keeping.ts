import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = resolve(__dirname, '..', '..');

/** What a keeper runs, and where. */
export interface Keeping {
  readonly server: 'postgres' | 'rabbitmq';
  /** Data, logs and the keeper's own files. One keeper per folder. */
  readonly folder: string;
  /** Where the keeper listens for its users. */
  readonly socket: string;
  /** Remove the folder when the last user has left. (Default: false) */
  readonly ephemeral?: boolean;
  /** How long to wait for another user after the last has left. (Default: 0) */
  readonly lingerMs?: number;
  /** Each server reads its own. */
  readonly options: any;
}

/** A server that a keeper runs. */
export interface Kept {
  /** Resolves, with what users need to know, once the server answers. Takes over one that outlived its keeper. */
  start(): Promise<unknown>;
  stop(): Promise<void>;
  /** What users may ask for beside that. */
  readonly acts: Readonly<Record<string, (...args: string[]) => Promise<unknown>>>;
}

/** One process's hold on a kept server: it runs at least until every holder has left or died. */
export interface Hold<Info> {
  readonly info: Info;
  act(name: string, ...args: string[]): Promise<unknown>;
  /** Resolves when the server has stopped, or at once while others still use it. */
  leave(): Promise<void>;
}

/** Joins the users of a server, starting it when there is none. An open hold does not keep this process alive. */
export async function hold<Info>(keeping: Omit<Keeping, 'socket'>): Promise<Hold<Info>> {
  const whole = { ...keeping, socket: socketOf(keeping.folder) };
  const patience = Date.now() + 120_000;
  for (let spawned = 0; ;) {
    const joined = await tryJoin<Info>(whole);
    if (typeof joined === 'object') return joined;
    if (Date.now() > patience)
      throw new Error(`No ${keeping.server} server after two minutes; see ${logOf(keeping.folder)}`);
    if (joined === 'left' || Date.now() - spawned > 5_000) {
      startKeeper(whole);
      spawned = Date.now();
    }
    await sleep(40);
  }
}

/**
 * By way of a shell that is gone at once, so that a keeper descends from nobody: on Ctrl-C Nx signals all descendants of
 * `serve`, down to single processes of PostgreSQL, which then cannot stop in good order.
 */
function startKeeper(keeping: Keeping): void {
  // Also where a keeper before it took the folder away, since on a busy machine its user came too late.
  mkdirSync(keeping.folder, { recursive: true });
  const log = openSync(logOf(keeping.folder), 'a');
  const command = [
    process.execPath,
    '-r',
    join(__dirname, 'register.js'),
    join(__dirname, 'keeper.ts'),
    JSON.stringify(keeping),
  ];
  const [program, ...args] =
    process.platform === 'win32' ? command : ['/bin/sh', '-c', '"$@" &', 'sh', ...command];
  const started = spawn(program!, args, {
    cwd: root,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  started.unref();
  closeSync(log);
}

/** 'absent' when nobody listens, 'left' when a keeper that was just closing is gone. */
function tryJoin<Info>(keeping: Keeping): Promise<Hold<Info> | 'absent' | 'left'> {
  return new Promise((resolve, reject) => {
    const socket = connect(keeping.socket);
    const lines = createInterface({ input: socket });
    let heard = false;
    lines.on('error', () => undefined);
    socket.on('connect', () => (heard = true));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard ? 'left' : 'absent'));
    lines.on('line', function first(line: string) {
      const word = JSON.parse(line) as { note?: string; ready?: Info; failed?: string };
      if (word.note !== undefined) return void process.stderr.write(`${word.note}\n`);
      lines.off('line', first);
      if (word.failed === undefined) {
        socket.unref();
        resolve(holdOf(socket, lines, word.ready!));
      } else {
        socket.destroy();
        reject(new Error(word.failed));
      }
    });
  });
}

function holdOf<Info>(socket: Socket, lines: NodeJS.EventEmitter, info: Info): Hold<Info> {
  let last = 0;
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const waiting = new Map<number, (word: { done?: unknown; refused?: string }) => void>();
  lines.on('line', (line: string) => {
    const word = JSON.parse(line) as { id: number; done?: unknown; refused?: string };
    waiting.get(word.id)?.(word);
    waiting.delete(word.id);
    if (waiting.size === 0) socket.unref();
  });
  return {
    info,
    act: (act, ...args) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, ({ done, refused }) =>
          refused === undefined ? resolve(done) : reject(new Error(refused)),
        );
        socket.ref();
        socket.write(`${JSON.stringify({ id, act, with: args })}\n`);
      }),
    async leave() {
      if (socket.destroyed) return;
      socket.ref();
      socket.write(`${JSON.stringify({ act: 'leave' })}\n`);
      await gone;
    },
  };
}

const logOf = (folder: string): string => join(folder, 'keeper.log');

/** Where the keeper of a folder listens. Short, since a socket's path may have about a hundred characters only. */
export function socketOf(folder: string): string {
  const name = `banyan-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

/** Whether a process with this id lives; false for nonsense. */
export function alive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The text of a small file, or undefined where there is none. */
export function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
