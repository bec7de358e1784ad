import type { Shop } from '../shop/start-shop';

/** A dead letter, as the operator's tool tells its story. */
export interface ListedLetter {
  readonly context: string;
  readonly id: string;
  readonly subscription: string;
  readonly type: string;
  readonly key: string;
  readonly attempts: number;
  readonly error: string;
}

const LISTED =
  /^(?<id>\S+) (?<subscription>\S+)\n {2}(?<type>\S+), key (?<key>\S+), (?<attempts>\d+) attempts, dead since \S+\n {2}(?<error>.*)$/gm;

/** Looks after dead letters with `npm run messages`. */
export class Operator {
  constructor(private readonly shop: Shop) {}

  async list(context: string): Promise<ListedLetter[]> {
    const printed = await this.messages('dead', context);
    return [...printed.matchAll(LISTED)].map(({ groups }) => {
      const letter = groups as unknown as Omit<ListedLetter, 'context'>;
      return { ...letter, context, attempts: Number(letter.attempts) };
    });
  }

  /** What `/metrics` of all processes say of it. */
  async counted(): Promise<Record<string, number>> {
    const pages = await Promise.all(
      [...this.shop.running.values()].map(async ({ url }) => (await fetch(`${url}/metrics`)).text()),
    );
    return Object.fromEntries(
      pages.flatMap((page) =>
        [...page.matchAll(/^banyan_inbox_dead_messages\{context="(.*)"\} (\d+)$/gm)].map(
          ([, context, count]) => [context, Number(count)],
        ),
      ),
    );
  }

  /** @throws Error with what the tool says */
  replay = ({ context, id, subscription }: ListedLetter) =>
    this.messages('replay', context, id, subscription);

  replayAll = (context: string, ...options: readonly string[]) =>
    this.messages('replay', context, '--all', ...options);

  discard = ({ context, id, subscription }: ListedLetter) =>
    this.messages('discard', context, id, subscription);

  republish = (context: string, subscriber: string) =>
    this.messages('republish', context, '--to', subscriber);

  private messages = (...words: readonly string[]) => this.shop.tool('tools/messages.ts', ...words);
}
