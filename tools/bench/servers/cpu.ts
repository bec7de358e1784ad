import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Of the clock that /proc counts in. */
const TICKS_PER_SECOND = 100;

interface Process {
  readonly pid: number;
  readonly parent: number;
  /** Its own, and that of its children which have ended. */
  readonly cpuSeconds: number;
}

/**
 * CPU seconds that the server behind a port of this machine has used so far, with all its child processes.
 * Undefined where nobody can tell: not on Linux, or another's process.
 */
export function cpuSecondsBehind(url: string): number | undefined {
  const { hostname, port } = new URL(url);
  if (process.platform !== 'linux' || !['127.0.0.1', 'localhost'].includes(hostname)) return undefined;
  const all = processes();
  const listening = sockets(Number(port));
  const server = all.find(({ pid }) => listensOn(pid, listening));
  return server && sum(server, all);
}

const sum = (root: Process, all: readonly Process[]): number =>
  all
    .filter(({ parent }) => parent === root.pid)
    .reduce((total, child) => total + sum(child, all), root.cpuSeconds);

function processes(): Process[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      // The command stands in brackets, and may have any letter in it.
      const fields = textOf(`/proc/${pid}/stat`)
        ?.replace(/^.*\) /s, '')
        .split(' ')
        .map(Number);
      if (!fields) return [];
      const [parent, ticks] = [fields[1]!, fields.slice(11, 15)];
      const cpuSeconds = ticks.reduce((total, each) => total + each, 0) / TICKS_PER_SECOND;
      return [{ pid: Number(pid), parent, cpuSeconds }];
    });
}

/** Inodes of the sockets that listen on a port. */
function sockets(port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    (textOf(table) ?? '')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => local?.endsWith(`:${hex}`) && state === '0A')
      .map((fields) => fields[9]!),
  );
}

function listensOn(pid: number, inodes: readonly string[]): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) =>
      inodes.some((inode) => linkOf(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`),
    );
  } catch {
    return false;
  }
}

/** Undefined for what ended meanwhile. */
function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function linkOf(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined;
  }
}
