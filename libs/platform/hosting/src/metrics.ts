import { type AttemptEnded, type Depths, depthsOf } from '@banyan/messaging';
import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Runtime } from './runtime';

const DEPTHS: readonly [keyof Depths, name: string, help: string][] = [
  ['outbox', 'banyan_outbox_messages', 'Published messages that wait to be sent'],
  [
    'outboxOldestSeconds',
    'banyan_outbox_oldest_age_seconds',
    'Age of the oldest message that waits to be sent',
  ],
  ['outboxDead', 'banyan_outbox_dead_messages', 'Messages that the transport refused for good'],
  ['owed', 'banyan_outbox_owed_messages', 'Messages that subscribers which were away are still owed'],
  ['inbox', 'banyan_inbox_messages', 'Received messages that wait to be handled'],
  [
    'inboxOldestSeconds',
    'banyan_inbox_oldest_age_seconds',
    'Age of the oldest message that waits to be handled',
  ],
  [
    'awaiting',
    'banyan_inbox_awaiting_messages',
    'Received messages that wait because a context that they need is away',
  ],
  [
    'awaitingOldestSeconds',
    'banyan_inbox_awaiting_oldest_age_seconds',
    'Age of the oldest message that waits because a context that it needs is away',
  ],
  ['inboxDead', 'banyan_inbox_dead_messages', 'Dead letters'],
  ['unreadable', 'banyan_inbox_unreadable_messages', 'Messages that could not be read'],
  ['timers', 'banyan_timers_waiting', 'Timers that wait until they are due'],
];

/** What a process tells Prometheus. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly attempts = new Counter({
    name: 'banyan_messages_handled_total',
    help: 'Attempts at messages, by outcome: handled, failed, waiting for another context, dead',
    labelNames: ['context', 'subscription', 'outcome'],
    registers: [this.registry],
  });
  private readonly durations = new Histogram({
    name: 'banyan_message_handling_seconds',
    help: 'How long one attempt at a message took',
    labelNames: ['context', 'subscription'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [this.registry],
  });
  private readonly depths = new Map<keyof Depths, Gauge>(
    DEPTHS.map(([key, name, help]) => [
      key,
      new Gauge({ name, help, labelNames: ['context'], registers: [this.registry] }),
    ]),
  );
  private readonly unheard = new Counter({
    name: 'banyan_messages_unheard_total',
    help: 'Messages that arrived and that no subscription of the context knows, by type; from the 51st type on as other',
    labelNames: ['context', 'type'],
    registers: [this.registry],
  });
  private readonly blocked = new Gauge({
    name: 'banyan_inbox_blocked_keys',
    help: 'Keys held back by a message that is to be tried again',
    labelNames: ['context'],
    registers: [this.registry],
  });
  private readonly queues = new Gauge({
    name: 'banyan_queue_messages',
    help: 'Messages that wait at the broker for a context',
    labelNames: ['context'],
    registers: [this.registry],
  });
  private runtime?: Runtime;

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  watch(runtime: Runtime): void {
    this.runtime = runtime;
  }

  count = (context: string, { subscription, outcome, durationMs }: AttemptEnded): void => {
    this.attempts.inc({ context, subscription, outcome });
    this.durations.observe({ context, subscription }, durationMs / 1000);
  };

  countUnheard = (context: string, type: string, messages: number): void =>
    this.unheard.inc({ context, type }, messages);

  /** Depths are read when asked for; a context whose database is away is left out. */
  async render(): Promise<string> {
    await Promise.all(
      (this.runtime?.all ?? []).map(async ({ database, messaging }) => {
        const labels = { context: messaging.context };
        this.blocked.set(labels, messaging.dispatcher.blockedChains);
        const depths = await depthsOf(database).catch(() => undefined);
        for (const [key, gauge] of this.depths) {
          if (depths) gauge.set(labels, depths[key]);
          else gauge.remove(labels);
        }
      }),
    );
    this.queues.reset();
    for (const [context, messages] of this.runtime?.transport.depths?.() ?? [])
      this.queues.set({ context }, messages);
    return this.registry.metrics();
  }
}
