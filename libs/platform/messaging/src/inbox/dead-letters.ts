import type { Database } from '@banyan/persistence';

/** A message that was given up, with its story. */
export interface DeadLetter {
  readonly id: string;
  readonly subscription: string;
  readonly type: string;
  readonly publisher: string;
  readonly key: string;
  readonly attempts: number;
  readonly starts: number;
  readonly error: string;
  readonly stack: string | null;
  readonly attributes: string;
  readonly data: string;
  readonly receivedAt: Date;
  readonly deadAt: Date;
}

/** Replaying would let a message act after later ones of its key that were already handled. */
export class LaterMessagesHandled extends Error {
  constructor(
    readonly id: string,
    readonly subscription: string,
    readonly later: readonly { id: string; subscription: string }[],
  ) {
    super(
      `${id} stays dead for ${subscription}. Later messages of the same key were handled already (${later.map(({ id, subscription }) => `${id} by ${subscription}`).join(', ')}); ` +
        'replay with force if acting out of order is right',
    );
    this.name = 'LaterMessagesHandled';
  }
}

/** The dead letters of one context. */
export class DeadLetters {
  constructor(
    private readonly database: Database,
    private readonly wake: () => void,
  ) {}

  /** The latest first. */
  list(limit = 100): Promise<DeadLetter[]> {
    return this.database.query(
      `SELECT id, subscription, type, publisher, key, attempts, starts, error, stack, attributes, data, received_at AS "receivedAt", dead_at AS "deadAt"
         FROM inbox_dead ORDER BY dead_at DESC, id LIMIT $1`,
      [limit],
    );
  }

  /**
   * Puts it back into the inbox, with its attempts forgotten. False when there is no such dead letter.
   * @throws LaterMessagesHandled unless `force`, when messages of its key were handled since.
   */
  async replay(
    id: string,
    subscription: string,
    options: { readonly force?: boolean } = {},
  ): Promise<boolean> {
    const replayed = await this.database.run(async () => {
      if (!options.force) {
        const later = await this.laterHandled(id, subscription);
        if (later.length > 0) throw new LaterMessagesHandled(id, subscription, later);
      }
      const rows = await this.database.query(
        `WITH back AS (DELETE FROM inbox_dead WHERE id = $1 AND subscription = $2
                       RETURNING id, subscription, grp, publisher, type, key, chain, lane, attributes, data)
         INSERT INTO inbox (id, subscription, grp, publisher, type, key, chain, lane, attributes, data)
         SELECT id, subscription, grp, publisher, type, key, chain, lane, attributes, data FROM back RETURNING seq`,
        [id, subscription],
      );
      return rows.length > 0;
    });
    if (replayed) this.wake();
    return replayed;
  }

  /**
   * Replays all of them, or those of one subscription, the oldest first. Which it left where they were, for later messages
   * of their keys, is what it resolves with beside the number of the others.
   */
  async replayAll({
    subscription,
    force,
  }: { readonly subscription?: string; readonly force?: boolean } = {}): Promise<{
    readonly replayed: number;
    readonly left: readonly LaterMessagesHandled[];
  }> {
    const letters = await this.database.query<{ id: string; subscription: string }>(
      'SELECT id, subscription FROM inbox_dead WHERE $1::text IS NULL OR subscription = $1 ORDER BY id, subscription',
      [subscription ?? null],
    );
    const left: LaterMessagesHandled[] = [];
    let replayed = 0;
    for (const letter of letters) {
      try {
        if (await this.replay(letter.id, letter.subscription, { force })) replayed += 1;
      } catch (error) {
        if (!(error instanceof LaterMessagesHandled)) throw error;
        left.push(error);
      }
    }
    return { replayed, left };
  }

  /** Deletes it for good; deduplication still knows it. False when there is no such dead letter. */
  async discard(id: string, subscription: string): Promise<boolean> {
    const rows = await this.database.query(
      'DELETE FROM inbox_dead WHERE id = $1 AND subscription = $2 RETURNING id',
      [id, subscription],
    );
    return rows.length > 0;
  }

  /** Ids are uuid v7, so that later messages of a publisher have greater ones. */
  private laterHandled(id: string, subscription: string): Promise<{ id: string; subscription: string }[]> {
    return this.database.query(
      `SELECT seen.id, seen.subscription FROM inbox_seen seen
        WHERE seen.id > $1 AND seen.chain = (SELECT chain FROM inbox_dead WHERE id = $1 AND subscription = $2)
          AND NOT EXISTS (SELECT 1 FROM inbox WHERE inbox.id = seen.id AND inbox.subscription = seen.subscription)
          AND NOT EXISTS (SELECT 1 FROM inbox_dead dead WHERE dead.id = seen.id AND dead.subscription = seen.subscription)
        ORDER BY seen.id LIMIT 20`,
      [id, subscription],
    );
  }
}
