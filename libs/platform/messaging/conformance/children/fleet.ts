import { eventually, testBroker, type TestBroker } from '@banyan/testing';
import { Client } from 'pg';
import { applyTopology } from '../../src/rabbitmq';
import { type Ground, mapOf, prepareGround } from '../grove';
import type { Armed, Command, MemberSettings, MemberTransport } from './commands';
import { MemberProcess } from './member-process';
import { CONTEXTS, policies, STORY_TABLES } from './story';
import { judge, type Verdict, waiting } from './verdict';

export type MemberPlan = Partial<Omit<MemberSettings, 'ground'>>;

export interface FleetSettings {
  readonly transport: 'in-process' | 'rabbitmq';
  /** A broker of the test's own. (Default: a corner of the run's broker) */
  readonly broker?: { readonly url: string; readonly prefix: string };
  readonly seed: number;
  readonly guardsRemoved?: readonly string[];
  /** Whether members see failpoints. (Default: no) */
  readonly watched?: boolean;
}

/** The message map of the story. */
export const storyMap = () => mapOf(policies(() => undefined as never));

/** A process that has loaded everything and waits for a part, since most of a start is loading. */
let spare: MemberProcess | undefined;
let left = false;
afterAll(() => {
  left = true;
  return spare?.kill();
});

/** Processes that play the story together, on one database. */
export class Fleet {
  readonly members: (MemberProcess | undefined)[] = [];
  /** How often each failpoint was passed, in all processes that ever were. */
  readonly hits: Record<string, number> = {};
  private readonly plans: MemberPlan[] = [];

  private constructor(
    private readonly settings: FleetSettings,
    readonly ground: Ground,
    readonly transport: MemberTransport,
    readonly client: Client,
    private readonly corner?: TestBroker,
  ) {}

  static async prepare(settings: FleetSettings): Promise<Fleet> {
    const ground = await prepareGround(CONTEXTS);
    const client = new Client({ connectionString: ground.database.url });
    client.on('error', () => undefined);
    await client.connect();
    await client.query(STORY_TABLES);
    if (settings.transport === 'in-process')
      return new Fleet(settings, ground, { kind: 'in-process' }, client);
    const corner = settings.broker ? undefined : await testBroker(CONTEXTS);
    const { url, prefix } = settings.broker ?? (corner as TestBroker);
    await applyTopology({ url, prefix, map: storyMap() });
    return new Fleet(settings, ground, { kind: 'rabbitmq', url, prefix }, client, corner);
  }

  /** Starts member number `index`, as planned the first time unless planned anew, but for what is `onlyNow`; resolves when it works. */
  async start(
    index: number,
    plan: MemberPlan = this.plans[index] ?? {},
    onlyNow: MemberPlan = {},
  ): Promise<MemberProcess> {
    this.plans[index] = plan;
    this.note(this.members[index]);
    const { seed, watched, guardsRemoved } = this.settings;
    const member = spare ?? new MemberProcess();
    spare = undefined;
    this.members[index] = member;
    await member.begin({
      ground: { env: this.ground.env },
      here: CONTEXTS,
      transport: this.transport,
      seed: seed + index,
      watched,
      guardsRemoved,
      ...(process.env['BANYAN_TALKS'] && { talks: true }),
      ...plan,
      ...onlyNow,
    });
    if (!left) spare ??= new MemberProcess();
    return member;
  }

  /** Starts whatever is down, as planned. */
  async mend(): Promise<void> {
    const fallen = this.members.find((member) => member?.ending && member.ending.signal !== 'SIGKILL');
    if (fallen) throw new Error(`A child ended by itself: ${fallen.story()}`);
    await Promise.all(this.members.map((member, index) => (member?.alive ? undefined : this.start(index))));
  }

  async arm(armed: Armed | undefined): Promise<void> {
    await Promise.all(this.members.map((member) => member?.alive && member.arm(armed)));
  }

  tell(command: Command): void {
    for (const member of this.members) member?.tell(command);
  }

  async rest(): Promise<void> {
    await Promise.all(this.members.map((member) => member?.alive && member.rest()));
  }

  /** Resolves when nothing waits any more. @throws Error saying what does */
  async quiet(timeoutMs = 30_000): Promise<void> {
    await eventually(
      async () => {
        const left = await waiting(this.client);
        if (Object.keys(left).length === 0) return;
        throw new Error(`Still waiting: ${JSON.stringify(left)}; ${this.stories()}`);
      },
      { timeoutMs, everyMs: 50 },
    );
  }

  /** Resolves when all is quiet, or when what is left has not changed for a while: what got lost is waited for no longer. */
  async still(forMs = 1_500): Promise<void> {
    let [last, since] = ['', 0];
    await eventually(
      async () => {
        const left = JSON.stringify(await this.left());
        if (left !== last) [last, since] = [left, performance.now()];
        return left === '{}' || performance.now() - since >= forMs;
      },
      { timeoutMs: 40_000, everyMs: 50 },
    );
  }

  /** What waits, by place. */
  left(): Promise<Record<string, number>> {
    return waiting(this.client);
  }

  /** How much waits in all. */
  async backlog(): Promise<number> {
    return Object.values(await this.left()).reduce((sum, count) => sum + count, 0);
  }

  /** How often each context has acted so far. */
  async acted(): Promise<Record<(typeof CONTEXTS)[number], number>> {
    const { rows } = await this.client.query(
      `SELECT ${CONTEXTS.map((context) => `(SELECT count(*)::int FROM ${context}.effects) AS ${context}`).join(', ')}`,
    );
    return rows[0];
  }

  /** Resolves when every context has acted so many times more, whoever works on it by now. */
  async movesOn(times = 5): Promise<void> {
    const before = await this.acted();
    await eventually(
      async () => {
        const now = await this.acted();
        if (CONTEXTS.every((context) => now[context] >= before[context] + times)) return;
        throw new Error(`Acted ${JSON.stringify(before)}, now ${JSON.stringify(now)}; ${this.stories()}`);
      },
      { timeoutMs: 30_000, everyMs: 20 },
    );
  }

  judge(): Promise<Verdict> {
    return judge(this.client);
  }

  stories(): string {
    return this.members.map((member) => member?.story()).join('\n');
  }

  async end(): Promise<void> {
    await Promise.all(this.members.map((member) => member?.alive && member.kill()));
    await this.client.end();
    await this.ground.drop();
    await this.corner?.drop({
      queues: [`${this.corner.prefix}.dead`],
      exchanges: [`${this.corner.prefix}.dead`],
    });
  }

  /** Adds up what the members passed. */
  passed(): Record<string, number> {
    const all = { ...this.hits };
    for (const member of this.members) add(all, member?.hits);
    return all;
  }

  private note(member?: MemberProcess): void {
    add(this.hits, member?.hits);
  }
}

function add(sum: Record<string, number>, hits: Record<string, number> = {}): void {
  for (const [name, count] of Object.entries(hits)) sum[name] = (sum[name] ?? 0) + count;
}
