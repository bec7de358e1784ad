import { AmqpDisorder, TcpProxy } from '@banyan/testing';
import type { Chance } from './plan/chance';

/** The networks between the shop's processes and servers that something will happen to. */
export class Networks {
  /** What happens to messages on the network to the broker. */
  readonly disorder: AmqpDisorder;
  private readonly proxies = new Map<string, Promise<TcpProxy>>();

  /** `servers` by name; others are reached directly. */
  constructor(
    private readonly servers: readonly string[],
    chance: Chance,
  ) {
    this.disorder = new AmqpDisorder((below) => chance.below(below));
  }

  /** How a server at `url` is reached. */
  reach = async (server: string, url: string): Promise<string> => {
    if (!this.servers.includes(server)) return url;
    const { hostname: host, port } = new URL(url);
    const courier = server === 'broker' ? this.disorder.courier : undefined;
    const proxy = this.proxies.get(server) ?? TcpProxy.to({ host, port: Number(port) }, courier);
    this.proxies.set(server, proxy);
    return (await proxy).through(url).replace(/\/$/, '');
  };

  /** The network to a server that was reached. */
  async to(server: string): Promise<TcpProxy> {
    const proxy = await this.proxies.get(server);
    if (!proxy) throw new Error(`Nothing reached ${server}`);
    return proxy;
  }

  async close(): Promise<void> {
    for (const proxy of this.proxies.values()) await (await proxy).close();
  }
}
