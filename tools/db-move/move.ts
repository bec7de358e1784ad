import {
  adminDatabaseVariable,
  applicationRole,
  closePlace,
  databaseVariable,
  holdsRows,
  openPlace,
  ownerRole,
  placeName,
  PREPARE_LOCK,
  prepareDatabases,
  type PreparedContext,
  reasonOf,
} from '@banyan/persistence';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import {
  connected,
  makeDatabase,
  MoveRefused,
  type Place,
  refuseOnePlace,
  refuseOtherPassword,
} from './places';
import { arrived, arriving, idOf, isArriving, movedAway, noteOf } from './notes';
import {
  copyTable,
  type Digest,
  digestOf,
  empty,
  qualified,
  type Sequence,
  sequencesOf,
  setSequences,
  type Table,
  tablesOf,
} from './rows';

export interface Moving {
  readonly context: PreparedContext;
  readonly from: Place;
  readonly to: Place;
  /** Told how many of how many bytes, roughly, are copied. */
  readonly onProgress?: (bytes: number, of: number) => void;
  /** For how long running transactions of the context may take to end, in milliseconds. (Default: 90,000) */
  readonly patienceMs?: number;
  /** Called between the steps, with the connection that fills the new place: for tests. */
  readonly after?: (step: Step, target: Client) => Promise<void>;
}

/**
 * In this order. Until `closed` the context works at the old place, from `opened` on at the new one, and in between at none:
 * never at both, wherever it breaks off.
 */
export const STEPS = ['prepared', 'locked', 'copied', 'filled', 'closed', 'opened'] as const;
export type Step = (typeof STEPS)[number];

/** What was moved. */
export interface Moved {
  readonly tables: number;
  readonly rows: number;
  /** For how long nothing could be written, in milliseconds. */
  readonly heldMs: number;
}

/** Longer than this nobody is kept waiting for others who are in the way: deadlocks are looked for after a second. */
const LOCK_WITHIN_MS = 900;

/**
 * Moves all that a context keeps to another database, while its processes run: reads go on meanwhile, writes wait, and when
 * all rows were compared the old place is closed and the new one opened. The old one keeps its rows. May be repeated when
 * it broke off. Makes the new database where there is none.
 * @throws MoveRefused with what to do
 */
export async function moveData(moving: Moving): Promise<Moved> {
  const { context, from, to } = moving;
  const clients: Client[] = [];
  try {
    for (const url of [from.admin, from.admin]) clients.push(await connected(url));
    await makeDatabase(to.admin);
    clients.push(await connected(to.admin));
    const [source, reader, target] = clients as [Client, Client, Client];
    await refuseOnePlace(source, target, from);
    await refuseOtherPassword(source, target, context.name, from, to);
    await source.query('SELECT pg_advisory_lock($1)', [PREPARE_LOCK]);
    return await new Move(context.name, moving, source, reader, target).carryOut();
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  }
}

class Move {
  private readonly owner: string;

  constructor(
    private readonly context: string,
    private readonly moving: Moving,
    private readonly source: Client,
    /** Of the same place: it reads what the other keeps from being written. */
    private readonly reader: Client,
    private readonly target: Client,
  ) {
    this.owner = source.escapeIdentifier(ownerRole(context));
  }

  async carryOut(): Promise<Moved> {
    const id = await this.chooseId();
    const tables = await this.prepare(id);
    const held = performance.now();
    const digests = await this.inTransactions(async () => {
      await this.lock(tables);
      const copied = await this.copy(tables);
      await this.target.query('COMMIT');
      await this.step('filled');
      await this.close(id);
      return copied;
    });
    await this.step('closed');
    await this.open(id);
    const heldMs = performance.now() - held;
    await this.step('opened');
    await this.analyse(tables);
    return { tables: tables.length, rows: digests.reduce((sum, { rows }) => sum + rows, 0), heldMs };
  }

  /**
   * An id of its own, or that of a move between these two which broke off when the old place was closed and the new one not
   * opened yet: then the rows are copied once more. By their ids the two notes of a move are known to be of one.
   */
  private async chooseId(): Promise<string> {
    const { context, source, target } = this;
    const [here, there] = await Promise.all([source, target].map((client) => noteOf(client, context)));
    const [gone, closed] = [reasonOf(here), reasonOf(there) !== undefined];
    const ofOneMove = idOf(here) !== undefined && idOf(here) === idOf(there);
    if (gone === undefined) {
      if (closed ? isArriving(there) || ofOneMove : !(await holdsRows(context, target))) return randomUUID();
      throw new MoveRefused(
        `${this.there} holds data of ${context} as well, and which are right is not for a tool to say`,
      );
    }
    if (ofOneMove && isArriving(there)) return idOf(here)!;
    if (ofOneMove) throw new MoveRefused(`The data of ${context} were moved to ${this.there} before`);
    throw new MoveRefused(`There is nothing to move from ${this.here}: the data of ${context} ${gone}`);
  }

  /** Makes all but the rows, closed. Resolves with the tables to copy. */
  private async prepare(id: string): Promise<readonly Table[]> {
    const { context, to } = this.moving;
    const tables = await tablesOf(this.source, this.context);
    if (tables.length === 0)
      throw new MoveRefused(`There is nothing to move from ${this.here}: it has no schema ${this.context}`);
    await prepareDatabases(
      [context],
      { [databaseVariable(this.context)]: to.application, [adminDatabaseVariable(this.context)]: to.admin },
      { closed: arriving(this.here, id) },
    );
    await this.step('prepared');
    const difference = differing(tables, await tablesOf(this.target, this.context));
    if (difference)
      throw new MoveRefused(
        `${difference} at ${this.here} is not as the migrations make it: run "npm run db:prepare" there, or see what was changed by hand`,
      );
    return tables;
  }

  /** What fails in here leaves the old place as it was. */
  private async inTransactions<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await Promise.all(
        [this.source, this.target].map((client) => client.query('ROLLBACK').catch(() => undefined)),
      );
      throw error;
    }
  }

  /** Keeps everybody from writing, once those who do have come to an end. */
  private async lock(tables: readonly Table[]): Promise<void> {
    const { source, context, moving } = this;
    const names = tables.map(({ name }) => qualified(source, context, name));
    const deadline = Date.now() + (moving.patienceMs ?? 90_000);
    for (;;) {
      try {
        await source.query(
          `BEGIN; SET LOCAL ROLE ${this.owner}; SET LOCAL statement_timeout = ${LOCK_WITHIN_MS}`,
        );
        await source.query(`LOCK TABLE ${names.join(', ')} IN EXCLUSIVE MODE`);
        await source.query('SET LOCAL statement_timeout = 0');
        return await this.step('locked');
      } catch (error) {
        await source.query('ROLLBACK').catch(() => undefined);
        if (!IN_THE_WAY.has((error as { code?: string }).code ?? '')) throw error;
        if (Date.now() > deadline)
          throw new MoveRefused(
            `Transactions of ${context} did not come to an end: nothing was moved. See pg_stat_activity, or choose a quieter hour`,
          );
        await sleep(200);
      }
    }
  }

  /** Copies all, and resolves with what was copied once it was compared. */
  private async copy(tables: readonly Table[]): Promise<readonly Digest[]> {
    const { source, target, reader, context } = this;
    const sequences = await sequencesOf(source, context);
    await target.query(`BEGIN; SET LOCAL ROLE ${this.owner}`);
    await empty(target, context, tables);
    const total = tables.reduce((sum, { bytes }) => sum + bytes, 0);
    let bytes = 0;
    const digests = digestsOf(reader, context, tables);
    // Awaited below; here it must not fail unheard.
    digests.catch(() => undefined);
    for (const table of tables)
      await copyTable(source, target, context, table, (more) =>
        this.moving.onProgress?.(Math.min((bytes += more), total), total),
      );
    await setSequences(target, context, sequences);
    this.moving.onProgress?.(total, total);
    await this.step('copied');
    return this.compare(tables, await digests, sequences);
  }

  private async compare(
    tables: readonly Table[],
    digests: readonly Digest[],
    sequences: readonly Sequence[],
  ): Promise<readonly Digest[]> {
    const { target, context } = this;
    const there = await digestsOf(target, context, tables);
    const different = tables
      .filter((_table, n) => !sameDigest(digests[n]!, there[n]!))
      .map(({ name }) => name);
    const behind = JSON.stringify(await sequencesOf(target, context)) !== JSON.stringify(sequences);
    if (different.length === 0 && !behind) return digests;
    throw new MoveRefused(
      `What arrived at ${this.there} differs from what lies at ${this.here}, in ${[...different, ...(behind ? ['sequences'] : [])].join(', ')}: nothing was moved`,
    );
  }

  private async close(id: string): Promise<void> {
    const { source, context } = this;
    await closePlace(source, context, movedAway(context, this.there, id));
    await source.query(`SELECT pg_notify('banyan_' || $1, 'revision')`, [context]);
    await source.query('COMMIT');
  }

  private async open(id: string): Promise<void> {
    const { context, moving } = this;
    const { username } = new URL(moving.to.application);
    await openPlace(
      this.target,
      context,
      decodeURIComponent(username) || applicationRole(context),
      arrived(this.here, id),
    );
  }

  /** Nobody is kept waiting by this, but the first questions would be planned badly without. */
  private async analyse(tables: readonly Table[]): Promise<void> {
    await this.target.query(`SET ROLE ${this.owner}`);
    for (const { name } of tables)
      await this.target.query(`ANALYZE ${qualified(this.target, this.context, name)}`);
  }

  private step = async (step: Step): Promise<void> => this.moving.after?.(step, this.target);

  private get here(): string {
    return placeName(this.moving.from.admin);
  }

  private get there(): string {
    return placeName(this.moving.to.admin);
  }
}

/** A statement was cancelled for its time, a deadlock, a lock that was not to be had. */
const IN_THE_WAY = new Set(['57014', '40P01', '55P03']);

const sameDigest = (one: Digest, other: Digest): boolean => one.rows === other.rows && one.sum === other.sum;

async function digestsOf(client: Client, schema: string, tables: readonly Table[]): Promise<Digest[]> {
  const digests: Digest[] = [];
  for (const table of tables) digests.push(await digestOf(client, schema, table));
  return digests;
}

/** The first table that is not the same in both. */
function differing(here: readonly Table[], there: readonly Table[]): string | undefined {
  const shapes = (tables: readonly Table[]) => new Map(tables.map(({ name, shape }) => [name, shape]));
  const [one, other] = [shapes(here), shapes(there)];
  return [...new Set([...one.keys(), ...other.keys()])].find((name) => one.get(name) !== other.get(name));
}
