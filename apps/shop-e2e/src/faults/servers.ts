import {
  privateBroker,
  type PrivateBroker,
  privatePostgres,
  type PrivatePostgres,
  type TestBroker,
} from '@banyan/testing';
import { randomBytes } from 'node:crypto';
import { type Plan, restarts } from './plan/plan';
import type { Servers } from './scene';

/** Servers for a series of runs, to be killed at will; each is started when a run first needs it. */
export class OwnServers {
  private broker?: PrivateBroker;

  private constructor(private readonly database: PrivatePostgres) {}

  /** From now on, this process's tests find their database there. */
  static async start(): Promise<OwnServers> {
    // What it has acknowledged must survive it.
    const database = await privatePostgres({ durable: true });
    process.env['BANYAN_TEST_DATABASE_URL'] = database.url;
    return new OwnServers(database);
  }

  async for(plan: Plan): Promise<Servers & { corner?: TestBroker }> {
    const { database } = this;
    if (!restarts(plan, 'broker')) return { database };
    const broker = (this.broker ??= await privateBroker());
    return { database, broker, corner: await cornerOf(broker) };
  }

  async leave(): Promise<void> {
    await this.database.leave();
    await this.broker?.leave();
  }
}

/** A virtual host, gone with all that a run leaves in it. */
async function cornerOf(broker: PrivateBroker): Promise<TestBroker> {
  const name = `run-${randomBytes(5).toString('hex')}`;
  await broker.ctl('add_vhost', name);
  await broker.ctl('set_permissions', '-p', name, 'guest', '.*', '.*', '.*');
  return {
    url: `${broker.url}/${name}`,
    prefix: 'banyan',
    drop: async () => void (await broker.ctl('delete_vhost', name)),
  };
}
