import { inPartialOrder } from './timeline';

/** What is made anew in each shop: uuids, and the SKUs of products that a step lists. */
const MADE = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\bE2E-\d+\b/g;
const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g;

/** Values that say nothing of what the shop does, by the name of their property. */
const OPAQUE: Readonly<Record<string, string>> = {
  accessToken: '<token>',
  refreshToken: '<token>',
  nextCursor: '<cursor>',
  // Of invoices: in the order of payments, and so in that of races too.
  number: '<number>',
  correlationId: '<correlation>',
};

/** Names for whatever is called differently in each shop, so that what is said in one can be held against what is said in another. */
export class Names {
  private readonly names = new Map<string, string>();
  private readonly counts = new Map<string, number>();

  /** Gives a name to one who has none. */
  give(made: string, name: string): void {
    if (!this.names.has(made)) this.names.set(made, name);
  }

  /** What a key is called: one that is made anew by its name, if it has one; any other is the same everywhere. */
  keyOf(key: string): string | undefined {
    const [made] = key.match(MADE) ?? [];
    return made === key ? this.names.get(key) : key;
  }

  /** The text with names, times and opaque values; what is met for the first time is called after `scene`. */
  tell(scene: string, value: unknown): string {
    return this.replace(value, (made) => {
      const n = (this.counts.get(scene) ?? 0) + 1;
      this.counts.set(scene, n);
      const name = `${scene} #${n}`;
      this.give(made, name);
      return name;
    });
  }

  /** Likewise; whatever has no name stays unnamed. */
  retell = (value: unknown): string => this.replace(value, () => 'somebody’s');

  private replace(value: unknown, unknown: (made: string) => string): string {
    const text = typeof value === 'string' ? value : (JSON.stringify(value, withoutOpaque) ?? '');
    return text.replace(MADE, (made) => `<${this.names.get(made) ?? unknown(made)}>`).replace(TIME, '<time>');
  }
}

function withoutOpaque(key: string, value: unknown): unknown {
  if (key in OPAQUE && value !== null) return OPAQUE[key];
  return key === 'timeline' && Array.isArray(value) ? inPartialOrder(value) : value;
}
