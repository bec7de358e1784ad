import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { eventually } from '@banyan/testing';
import { EmbeddedPostgres, type PostgresInfo } from './embedded-postgres';
import { alive, hold, type Hold, root, socketOf, textOf } from './keeping';
import { freePort } from './ports';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('The PostgreSQL of a checkout', () => {
  let folder: string;
  let port: number;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'banyan-test-'));
    port = await freePort();
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const joined = (at = port): Promise<Hold<PostgresInfo>> =>
    hold<PostgresInfo>({ server: 'postgres', folder, options: { port: at, durable: false } });

  /** Another process that uses it until it is killed. */
  async function anotherUser(): Promise<ChildProcess> {
    const script = `require('./tools/dev/keeping.ts').hold(${JSON.stringify({ server: 'postgres', folder, options: { port } })})
      .then(({ info }) => { console.log(info.url); setInterval(() => {}, 1000); })`;
    const child = spawn(process.execPath, ['-r', './tools/dev/register.js', '-e', script], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(createInterface({ input: child.stdout! }), 'line');
    return child;
  }

  /**
   * One user of a keeper whose server does not start, who stays after it was told so, so that the keeper is not gone at once.
   * False where another was told first and had left by then.
   */
  async function toldBesideAnother(why: string): Promise<Socket | false> {
    const other = expect(joined()).rejects.toThrow(why);
    let left = false;
    void other.catch(() => undefined).finally(() => (left = true));
    let told: Socket | false = false;
    while (!told && !left) {
      const user = connect(socketOf(folder)).on('error', () => undefined);
      const word = await Promise.race([once(user, 'data').then(String), once(user, 'close')]).catch(() => '');
      if (word.includes(why)) told = user;
      else await turn();
    }
    await other;
    return told;
  }

  const keeper = (): number => Number(textOf(join(folder, 'keeper.pid')));
  const server = (): number => Number(textOf(join(folder, 'data', 'postmaster.pid'))?.split('\n')[0]);

  it('stops when its last user leaves, and finds its data when the next one comes', async () => {
    const first = await joined();
    await query(first.info.url, 'CREATE TABLE kept AS SELECT 1 AS one');
    const second = await joined();
    await first.leave();
    expect(await query(second.info.url, 'SELECT * FROM kept')).toEqual([{ one: 1 }]);

    await second.leave();
    expect(existsSync(join(folder, 'data', 'postmaster.pid'))).toBe(false);

    const next = await joined();
    expect(await query(next.info.url, 'SELECT * FROM kept')).toEqual([{ one: 1 }]);
    expect(next.info.url).toEqual(first.info.url);
    await next.leave();
  });

  it('stops when its last user is killed', async () => {
    const user = await anotherUser();
    const pid = server();
    expect(alive(pid)).toBe(true);

    user.kill('SIGKILL');

    await eventually(() => !alive(pid) || textOf(`/proc/${pid}/stat`)?.includes(') Z ') === true);
  });

  it('goes on for the others when one user is killed', async () => {
    const user = await anotherUser();
    const held = await joined();

    user.kill('SIGKILL');
    await once(user, 'exit');

    expect(await query(held.info.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await held.leave();
  });

  it('is taken over when its keeper was killed', async () => {
    await anotherUser();
    const pid = server();
    process.kill(keeper(), 'SIGKILL');

    const held = await joined();

    expect(server()).toBe(pid);
    expect(await query(held.info.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await held.leave();
    expect(existsSync(join(folder, 'data', 'postmaster.pid'))).toBe(false);
  });

  it('says in one sentence that its port is taken', async () => {
    const foreign: Server = createServer().listen(port, '127.0.0.1');
    await once(foreign, 'listening');

    await expect(joined()).rejects.toThrow(
      `Port ${port} is in use by another program: stop that one, or set BANYAN_POSTGRES_PORT to a free port.`,
    );
    foreign.close();
  });

  it('starts when its port is free again, however soon, and whoever else still hears that it was not', async () => {
    const foreign = createServer().listen(port, '127.0.0.1');
    await once(foreign, 'listening');
    const told = await eventually(() => toldBesideAnother('is in use by another program'));
    foreign.close();
    await once(foreign, 'close');

    const held = await joined();

    expect(await query(held.info.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    told.destroy();
    await held.leave();
  });

  it('says in one sentence that its data folder is in use by a server of somebody else', async () => {
    const held = await joined();
    await query(held.info.url, `ALTER ROLE postgres PASSWORD 'changed'`);
    const pid = server();
    process.kill(keeper(), 'SIGKILL');

    await expect(joined()).rejects.toThrow(
      `is in use by another PostgreSQL (process ${pid}): stop that one first.`,
    );
    process.kill(pid, 'SIGKILL');
  }, 60_000);
});

describe('A PostgreSQL that is set up for the first time', () => {
  // Deaf for longer than a keeper waits for its first user, it would take that one for gone, and itself for unwanted.
  it('leaves its keeper free to hear who comes, however long that takes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'banyan-test-'));
    const postgres = new EmbeddedPostgres(folder, { port: 0, durable: false });
    const starting = postgres.start();

    let heard = false;
    while (!existsSync(join(folder, 'data'))) {
      heard ||= existsSync(join(folder, 'data.new'));
      await turn();
    }
    await starting;
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });

    expect(heard).toBe(true);
  });
});
