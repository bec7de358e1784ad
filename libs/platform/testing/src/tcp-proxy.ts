import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Hears what both ends of a connection say, and hands on what it likes, when it likes. */
export interface Reader {
  fromClient(bytes: Buffer): void;
  fromServer(bytes: Buffer): void;
  /** The connection is gone. */
  end(): void;
}

/** A reader for each connection, who speaks to its ends by what is given. */
export type Courier = (toClient: (bytes: Buffer) => void, toServer: (bytes: Buffer) => void) => Reader;

const faithful: Courier = (toClient, toServer) => ({
  fromClient: toServer,
  fromServer: toClient,
  end: () => undefined,
});

/** A network between a client and a server on this machine, which a test can cut, stall and heal. */
export class TcpProxy {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private refusing = false;
  private stalled = false;

  private constructor(
    private readonly server: Server,
    private readonly courier: Courier,
  ) {}

  /** Listens on a free port of 127.0.0.1 and forwards to `target`. `courier` may change what passes. (Default: it does not) */
  static async to(
    target: { readonly host: string; readonly port: number },
    courier: Courier = faithful,
  ): Promise<TcpProxy> {
    const server = createServer({ pauseOnConnect: true });
    const proxy = new TcpProxy(server, courier);
    server.on('connection', (client) => proxy.join(client, target));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many connections pass through it. */
  get connections(): number {
    return this.pairs.size;
  }

  /** `url` with this proxy in the place of its host and port. */
  through(url: string): string {
    const proxied = new URL(url);
    proxied.hostname = '127.0.0.1';
    proxied.port = String(this.port);
    return proxied.href;
  }

  /** Breaks every connection; new ones are taken and broken at once until `resume`. */
  cut(): void {
    this.refusing = true;
    this.drop();
  }

  /** Breaks every connection, once. */
  drop(): void {
    for (const [client, server] of this.pairs) {
      client.resetAndDestroy();
      server.resetAndDestroy();
    }
  }

  /** Half-open: connections stay, new ones are taken, and nothing passes in either direction until `resume`. */
  stall(): void {
    if (this.stalled) return;
    this.stalled = true;
    for (const pair of this.pairs) for (const socket of pair) hush(socket);
  }

  /** Everything passes again, what was held back included. */
  resume(): void {
    this.refusing = false;
    if (!this.stalled) return;
    this.stalled = false;
    for (const pair of this.pairs)
      for (const socket of pair) {
        socket.uncork();
        socket.resume();
      }
  }

  async close(): Promise<void> {
    this.drop();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(client: Socket, target: { readonly host: string; readonly port: number }): void {
    client.on('error', () => undefined);
    if (this.refusing) {
      client.resetAndDestroy();
      return;
    }
    const server = connect(target);
    const pair = [client, server] as const;
    this.pairs.add(pair);
    server.on('error', () => undefined);
    const reader = this.courier(
      (bytes) => client.writable && client.write(bytes),
      (bytes) => server.writable && server.write(bytes),
    );
    client.on('close', () => reader.end());
    this.forward(client, server, pair, (bytes) => reader.fromClient(bytes));
    this.forward(server, client, pair, (bytes) => reader.fromServer(bytes));
    if (this.stalled) for (const socket of pair) hush(socket);
    else client.resume();
  }

  private forward(
    from: Socket,
    to: Socket,
    pair: readonly [Socket, Socket],
    pass: (bytes: Buffer) => void,
  ): void {
    from.on('data', (bytes) => {
      pass(bytes);
      if (to.writableNeedDrain) from.pause();
    });
    to.on('drain', () => {
      if (!this.stalled) from.resume();
    });
    from.on('end', () => to.end());
    from.on('close', () => {
      this.pairs.delete(pair);
      to.destroy();
    });
  }
}

/** Nothing comes from it, and nothing that is said to it leaves. */
function hush(socket: Socket): void {
  socket.pause();
  socket.cork();
}
