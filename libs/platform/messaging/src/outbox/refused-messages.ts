import type { Database } from '@banyan/persistence';

/** A message that the transport refused for good, or that waited behind one of its key. */
export interface RefusedMessage {
  readonly id: string;
  readonly type: string;
  readonly key: string;
  readonly reason: string;
  readonly attributes: string;
  readonly data: string;
  readonly deadAt: Date;
}

/** Replaying would send messages of a key in another order than they were committed in. */
export class KeyOutOfOrder extends Error {
  constructor(
    readonly key: string,
    /** Earlier messages of the key, which would stay behind. */
    readonly earlier: readonly string[],
    /** Later ones, which were sent, or may be on their way. */
    readonly later: readonly string[],
  ) {
    const named = (which: string, ids: readonly string[]) =>
      ids.length > 0 ? [`${which} ${ids.join(', ')}`] : [];
    super(
      `Key ${key} would be out of order: ${[...named('still refused, and earlier:', earlier), ...named('sent already, or about to be:', later)].join('; ')}. ` +
        'Replay the earliest first, or discard it; replay with force if being out of order is right',
    );
    this.name = 'KeyOutOfOrder';
  }
}

interface First {
  readonly key: string;
  readonly seq: string;
}

/** What one context published and could not be sent. */
export class RefusedMessages {
  constructor(
    private readonly database: Database,
    /** Called after messages came back into the outbox. */
    private readonly wake: () => void,
  ) {}

  /** The latest first, those of one key in their order. */
  list(limit = 100): Promise<RefusedMessage[]> {
    return this.database.query(
      `SELECT id, type, key, reason, attributes, data, dead_at AS "deadAt" FROM outbox_dead ORDER BY dead_at DESC, seq LIMIT $1`,
      [limit],
    );
  }

  /**
   * Puts it back into the outbox, and with it what waited behind it, where they were, with their refusals forgotten.
   * Resolves with how many came back: 0 when there is no such message.
   * @throws KeyOutOfOrder unless `force`, when earlier ones of its key lie here too or later ones are gone.
   */
  async replay(id: string, options: { readonly force?: boolean } = {}): Promise<number> {
    const replayed = await this.database.run(async () => {
      const [first] = await this.database.query<First>(
        'SELECT key, seq FROM outbox_dead WHERE id = $1 ORDER BY seq LIMIT 1',
        [id],
      );
      if (!first) return 0;
      if (!options.force) await this.assertInOrder(id, first);
      const rows = await this.database.query(
        `WITH back AS (DELETE FROM outbox_dead WHERE key = $1 AND seq >= $2 RETURNING seq, id, type, key, attributes, data)
         INSERT INTO outbox (seq, id, type, key, attributes, data) OVERRIDING SYSTEM VALUE
         SELECT seq, id, type, key, attributes, data FROM back RETURNING seq`,
        [first.key, first.seq],
      );
      return rows.length;
    });
    if (replayed > 0) this.wake();
    return replayed;
  }

  /** Deletes it for good, in all its versions; nobody ever hears of it. False when there is no such message. */
  async discard(id: string): Promise<boolean> {
    const rows = await this.database.query('DELETE FROM outbox_dead WHERE id = $1 RETURNING id', [id]);
    return rows.length > 0;
  }

  private async assertInOrder(id: string, { key, seq }: First): Promise<void> {
    const earlier = await this.ids(
      'SELECT id FROM outbox_dead WHERE key = $1 AND seq < $2 ORDER BY seq LIMIT 20',
      [key, seq],
    );
    // Ids are uuid v7. A later one that waits may be in flight, which no table tells.
    const later = await this.ids(
      `SELECT id FROM event_log WHERE key = $1 AND id > $2 UNION SELECT id FROM outbox WHERE key = $1 AND seq > $3 ORDER BY id LIMIT 20`,
      [key, id, seq],
    );
    if (earlier.length + later.length > 0) throw new KeyOutOfOrder(key, earlier, later);
  }

  private async ids(sql: string, parameters: readonly unknown[]): Promise<string[]> {
    return (await this.database.query<{ id: string }>(sql, parameters)).map(({ id }) => id);
  }
}
