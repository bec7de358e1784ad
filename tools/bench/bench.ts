import { connect } from 'amqplib';
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Client } from 'pg';
import { findBroker, privateBroker } from '@banyan/servers';
import type { Bench } from './scenario';

const requirePeer = createRequire(join(__dirname, 'peers', 'package.json'));

/** The surroundings of one scenario, and the cleaning up after it. */
export class ScenarioBench implements Bench {
  private readonly cleaning: (() => unknown)[] = [];

  constructor(
    readonly rounds: number,
    readonly roundMs: number,
    /** As a superuser. */
    private readonly server: string,
  ) {}

  async database(): Promise<string> {
    const name = `bench_${randomBytes(5).toString('hex')}`;
    await this.onServer(`CREATE DATABASE ${name}`);
    this.after(() => this.onServer(`DROP DATABASE ${name} WITH (FORCE)`));
    const url = new URL(this.server);
    url.pathname = `/${name}`;
    return url.href;
  }

  async broker(): Promise<{ url: string; prefix: string }> {
    const broker = await findBroker();
    this.after(() => broker.leave());
    return { url: broker.url, prefix: `banyan-bench-${randomBytes(4).toString('hex')}` };
  }

  async privateBroker(): Promise<{ url: string; prefix: string }> {
    const broker = await privateBroker();
    this.after(() => broker.leave());
    return { url: broker.url, prefix: 'banyan-bench' };
  }

  peer<Module>(name: string): Module | undefined {
    try {
      return requirePeer(name) as Module;
    } catch (error) {
      this.say(`${name} is absent: ${(error as Error).message.split('\n')[0]}`);
      return undefined;
    }
  }

  after(clean: () => unknown): void {
    this.cleaning.unshift(clean);
  }

  say(text: string): void {
    process.stderr.write(`  ${text}\n`);
  }

  async clean(): Promise<void> {
    for (const clean of this.cleaning)
      await Promise.resolve(clean()).catch((error: Error) => this.say(error.message));
  }

  private async onServer(statement: string): Promise<void> {
    const client = new Client({ connectionString: this.server });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(statement).finally(() => client.end());
  }
}

/** Deletes what a scenario left on the broker. */
export async function deleteFromBroker(
  url: string,
  queues: readonly string[],
  exchanges: readonly string[] = [],
) {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  for (const queue of queues) await channel.deleteQueue(queue);
  for (const exchange of exchanges) await channel.deleteExchange(exchange);
  await connection.close();
}
