import { eventually, type PrivateBroker, type PrivatePostgres } from '@banyan/testing';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Running } from '../shop/deployable';
import type { Shop } from '../shop/start-shop';
import type { Armed } from './armed';
import type { Networks } from './networks';
import type { Fault } from './plan/fault';

const PROVIDER = 'payment-provider';

/** Servers of the run's own, where its plan restarts them. */
export interface Servers {
  readonly broker?: PrivateBroker;
  readonly database?: PrivatePostgres;
}

/** Where faults strike. */
export class Scene {
  /** At which failpoints processes died. */
  readonly deaths: string[] = [];
  /** Those that nobody passed in time. */
  readonly missed: string[] = [];
  /** When the last fault was over and recovery began, as of `performance.now()`. */
  overAt = 0;

  constructor(
    private readonly shop: Shop,
    private readonly networks: Networks,
    private readonly servers: Servers,
  ) {}

  /** Resolves when it is over and whatever died is at work again. */
  async strike(fault: Fault): Promise<void> {
    switch (fault.is) {
      case 'death':
        return this.die(fault);
      case 'kill':
        return this.kill(fault.processes, fault.awayMs);
      case 'sessions-end':
        for (let times = 0; times < fault.times; times++) {
          await this.shop.sql(END_SESSIONS);
          await sleep(100);
        }
        return this.over();
      case 'network': {
        const network = await this.networks.to(fault.to);
        if (fault.how === 'cut') network.cut();
        else network.stall();
        await sleep(fault.forMs);
        network.resume();
        return this.over();
      }
      case 'disorder':
        this.networks.disorder.begin(fault.of);
        await sleep(fault.forMs);
        this.networks.disorder.end();
        return this.over();
      case 'server':
        return this.restart(fault.name, fault.how, fault.awayMs);
      case 'refusals':
        await this.shop.sql(REFUSE);
        await sleep(fault.forMs);
        await this.shop.sql(ACCEPT);
        return this.over();
      case 'repetition':
        // Where it stops, it is to be started again; so it says.
        await eventually(() => this.repeat(fault.of, fault.to), { timeoutMs: 30_000 });
        return this.over();
    }
  }

  /** Has processes die, or stumble, where they pass a failpoint; or no more. */
  arm(armed?: Armed): void {
    for (const each of this.shop.running.values()) each.tell({ armed });
  }

  private async die({ point, at, awayMs, by }: Extract<Fault, { is: 'death' }>): Promise<void> {
    const before = [...this.shop.running.values()];
    this.arm({ point, at });
    const trouble = by && this.begin(by);
    try {
      await eventually(() => before.some(({ alive }) => !alive), { timeoutMs: 10_000, everyMs: 5 });
      this.deaths.push(point);
    } catch {
      this.missed.push(point);
    }
    this.arm();
    await (
      await trouble
    )?.();
    await sleep(50);
    this.over();
    await this.revive(before, awayMs);
  }

  /** What makes a failpoint be passed. Resolves with what ends it. */
  private async begin(fault: Fault): Promise<() => unknown> {
    if (fault.is === 'refusals') {
      await this.shop.sql(REFUSE);
      return () => this.shop.sql(ACCEPT);
    }
    const { disorder } = this.networks;
    if (fault.is === 'disorder') {
      disorder.begin(fault.of);
      return () => disorder.end();
    }
    if (fault.is !== 'network') throw new Error(`${fault.is} cannot go on while something else happens`);
    const network = await this.networks.to(fault.to);
    network.cut();
    return () => network.resume();
  }

  private async kill(names: readonly string[], awayMs: number): Promise<void> {
    const { running, provider } = this.shop;
    const killed = [...running.values(), provider!].filter(({ name }) => names.includes(name));
    for (const each of killed) each.kill();
    await Promise.all(killed.map(({ ended }) => ended));
    this.over();
    await this.revive(killed, awayMs);
  }

  private async revive(processes: readonly Running[], awayMs: number): Promise<void> {
    await sleep(awayMs);
    const dead = processes.filter(({ alive }) => !alive).map(({ name }) => name);
    await Promise.all([
      this.shop.start(...dead.filter((name) => name !== PROVIDER)),
      dead.includes(PROVIDER) && this.shop.startProvider(),
    ]);
  }

  private async restart(name: 'broker' | 'database', how: 'kill' | 'stop', awayMs: number): Promise<void> {
    const server = this.servers[name];
    if (!server) throw new Error(`The run has no ${name} of its own`);
    await server[how]();
    await sleep(awayMs);
    await server.start();
    this.over();
  }

  private async repeat(of: string, to: string): Promise<void> {
    await this.shop.tool('tools/messages.ts', 'republish', of, '--to', to);
  }

  private over(): void {
    this.overAt = performance.now();
  }
}

const END_SESSIONS = `
  SELECT pg_terminate_backend(pid) FROM pg_stat_activity
   WHERE datname = current_database() AND usename LIKE '%\\_app'`;

const REFUSE = `
  CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF random() < 0.3 THEN RAISE EXCEPTION 'Not now'; END IF; RETURN NEW; END $$;
  GRANT EXECUTE ON FUNCTION public.refuse() TO PUBLIC;
  CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON inventory.reservations FOR EACH ROW EXECUTE FUNCTION public.refuse()`;

const ACCEPT = 'DROP TRIGGER refuse ON inventory.reservations; DROP FUNCTION public.refuse()';
