import { eventually } from '@banyan/testing';
import {
  Agent,
  createServer,
  request,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Running } from '../shop/deployable';
import { freePort } from '@banyan/servers';

/** How often a door looks who is ready, in milliseconds. Kubernetes allows no less. */
export const LOOKS_EVERY_MS = 1_000;

/**
 * The doors of a shop: before each deployable one that leads, in turns, to those of its processes that are ready, as the
 * load balancer of a cluster does. It repeats nothing: what a process answers is what the client is told.
 */
export class Doors {
  private readonly doors = new Map<string, Promise<Door>>();

  /** A place for one more process of a deployable, behind the door at `address`. */
  seat = async (deployable: string, address: string): Promise<string> => {
    const door = this.doors.get(deployable) ?? Door.at(address);
    this.doors.set(deployable, door);
    return (await door).seat();
  };

  /** Resolves when the door leads to a process. */
  async leadTo({ name, url }: Running): Promise<void> {
    const door = await this.of(name);
    await eventually(
      () => {
        if (!door.leadsTo(url)) throw new Error(`The door of ${name} does not lead to ${url}`);
      },
      { timeoutMs: 60_000 },
    );
  }

  /** From now on nobody is led to a process, which is about to stop; those who were are served. */
  async closeTo({ name, url }: Running): Promise<void> {
    await (await this.of(name)).closeTo(url);
  }

  async close(): Promise<void> {
    for (const door of this.doors.values()) await (await door).close();
  }

  private of(deployable: string): Promise<Door> {
    const door = this.doors.get(deployable);
    if (!door) throw new Error(`${deployable} has no door`);
    return door;
  }
}

class Door {
  private readonly ready = new Map<string, boolean>();
  private readonly under = new Map<string, number>();
  private readonly agent = new Agent({ keepAlive: true });
  private turn = 0;
  private readonly looking = setInterval(() => void this.look(), LOOKS_EVERY_MS).unref();

  private constructor(private readonly server: Server) {
    server.on('request', (asked, answer) => this.pass(asked, answer));
  }

  static async at(address: string): Promise<Door> {
    // Longer than any client is idle: one that asks in the moment in which its connection is closed gets no answer.
    const server = createServer({ keepAliveTimeout: 600_000 });
    await new Promise<void>((open, failed) => {
      server.once('error', failed);
      server.listen(Number(new URL(address).port), '127.0.0.1', open);
    });
    return new Door(server);
  }

  async seat(): Promise<string> {
    const url = `http://127.0.0.1:${await freePort()}`;
    this.ready.set(url, false);
    return url;
  }

  leadsTo = (url: string): boolean => this.ready.get(url) === true;

  async closeTo(url: string): Promise<void> {
    this.ready.delete(url);
    await eventually(
      () => {
        if (this.under.get(url)) throw new Error(`${url} still answers ${this.under.get(url)} clients`);
      },
      { timeoutMs: 30_000, everyMs: 20 },
    );
  }

  async close(): Promise<void> {
    clearInterval(this.looking);
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }

  private async look(): Promise<void> {
    await Promise.all(
      [...this.ready.keys()].map(async (url) => {
        const signal = AbortSignal.timeout(3_000);
        const ready = await fetch(`${url}/health/ready`, { signal }).then(
          ({ ok }) => ok,
          () => false,
        );
        if (this.ready.has(url)) this.ready.set(url, ready);
      }),
    );
  }

  private pass(asked: IncomingMessage, answer: ServerResponse): void {
    const open = [...this.ready].flatMap(([url, ready]) => (ready ? [url] : []));
    const url = open[this.turn++ % Math.max(1, open.length)];
    if (!url) return refuse(answer, 'nobody is ready');
    this.under.set(url, (this.under.get(url) ?? 0) + 1);
    answer.once('close', () => this.under.set(url, this.under.get(url)! - 1));
    const { method, headers } = asked;
    const passed = request(
      new URL(asked.url ?? '/', url),
      { method, headers, agent: this.agent },
      (reply) => {
        answer.writeHead(reply.statusCode!, reply.headers);
        reply.pipe(answer);
      },
    );
    passed.once('error', (error) => (answer.headersSent ? answer.destroy() : refuse(answer, error.message)));
    asked.pipe(passed);
  }
}

/** As a load balancer that has nobody to lead to. */
function refuse(answer: ServerResponse, why: string): void {
  answer.writeHead(503, { 'retry-after': '1', 'content-type': 'text/plain' }).end(`The door: ${why}`);
}
