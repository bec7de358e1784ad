import type { Database } from '@banyan/persistence';
import { type MessageRow, messageOf } from '../transport/message-row';
import type { Transport } from '../transport/transport';

export interface Republishing {
  /** The subscriber to send to. */
  readonly to: string;
  /** Only events of these types. (Default: all) */
  readonly types?: readonly string[];
  /** Only events published since. (Default: all that the log holds) */
  readonly since?: Date;
  /** Called after each batch with how many were sent so far. */
  readonly onProgress?: (sent: number) => void;
}

/** What one context has published lately. */
export class EventLog {
  constructor(
    private readonly database: Database,
    private readonly transport: Transport,
  ) {}

  /**
   * Sends events of the log again, to one subscriber, with their first ids: deduplication makes that harmless, a lost
   * queue or a new context is filled. Resolves with how many were sent.
   * @throws Error when the transport does not take them.
   */
  async republish({ to, types, since = new Date(0), onProgress }: Republishing): Promise<number> {
    let sent = 0;
    let after = '0';
    for (;;) {
      const rows = await this.database.query<MessageRow & { position: string }>(
        `SELECT position, id, type, key, attributes, data FROM event_log
          WHERE position > $1 AND published_at >= $2 AND ($3::text[] IS NULL OR type = ANY($3)) ORDER BY position LIMIT 500`,
        [after, since, types ?? null],
      );
      if (rows.length === 0) return sent;
      await this.transport.whenReady();
      const deliveries = await this.transport.send(
        rows.map((row) => messageOf(this.database.context, row)),
        to,
      );
      const failed = deliveries.find((delivery) => delivery.outcome !== 'held' || delivery.behind?.length);
      if (failed) {
        const reason = failed.outcome === 'held' ? `${to} is away` : failed.reason;
        throw new Error(
          `Republishing to ${to} stopped after ${sent} events: ${reason}. Start it again; what arrived is not counted twice`,
        );
      }
      sent += rows.length;
      after = (rows.at(-1) as { position: string }).position;
      onProgress?.(sent);
    }
  }
}
