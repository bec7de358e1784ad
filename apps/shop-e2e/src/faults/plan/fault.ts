import type { Misfortune } from '@banyan/testing';

/** Something that goes wrong, and is over after a while. Times are in milliseconds. */
export type Fault =
  /** The first process to pass the point so often dies of it. */
  | {
      readonly is: 'death';
      readonly point: string;
      readonly at: number;
      readonly awayMs: number;
      readonly by?: Fault;
    }
  /** kill -9. */
  | { readonly is: 'kill'; readonly processes: readonly string[]; readonly awayMs: number }
  /** The database ends all sessions, some times over. */
  | { readonly is: 'sessions-end'; readonly times: number }
  /** Nothing passes between the shop and a server: `broker`, `payment-provider` or a context's database. */
  | { readonly is: 'network'; readonly to: string; readonly how: 'cut' | 'stall'; readonly forMs: number }
  /** On the way to and from the broker, messages are doubled, held back while others overtake them, or both. */
  | { readonly is: 'disorder'; readonly of: Misfortune; readonly forMs: number }
  /** The server of that name is killed. */
  | {
      readonly is: 'server';
      readonly name: 'broker' | 'database';
      readonly how: 'kill' | 'stop';
      readonly awayMs: number;
    }
  /** Writes to inventory's reservations fail now and then. */
  | { readonly is: 'refusals'; readonly forMs: number }
  /** All that a context has told is sent to a subscriber once more, between what is new. */
  | { readonly is: 'repetition'; readonly of: string; readonly to: string };

/** In words, for a table. */
export function wordsFor(fault: Fault): string {
  switch (fault.is) {
    case 'death':
      return `death at ${fault.point}${fault.by ? ` (${wordsFor(fault.by)})` : ''}`;
    case 'kill':
      return `kill -9 ${fault.processes.length > 2 ? 'everything' : fault.processes.join(', ')}`;
    case 'sessions-end':
      return `sessions ended ×${fault.times}`;
    case 'network':
      return `network to ${fault.to} ${fault.how === 'cut' ? 'cut' : 'stalled'} ${fault.forMs} ms`;
    case 'disorder':
      return `${wordsForMisfortune(fault.of)}, ${fault.forMs} ms`;
    case 'server':
      return `${fault.name} ${fault.how === 'kill' ? 'killed' : 'restarted'}`;
    case 'refusals':
      return `reservations refuse writes ${fault.forMs} ms`;
    case 'repetition':
      return `${fault.of} repeats all to ${fault.to}`;
  }
}

function wordsForMisfortune({ doublesOneIn, delaysOneIn }: Misfortune): string {
  const words = [
    doublesOneIn && `1 message in ${doublesOneIn} doubled`,
    delaysOneIn && `1 in ${delaysOneIn} held back`,
  ];
  return words.filter(Boolean).join(', ');
}
