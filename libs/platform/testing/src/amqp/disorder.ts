import type { Courier, Reader } from '../tcp-proxy';
import { type Fate, Flow } from './flow';
import { ACK, CHANNEL_OPEN, type Frame, Frames, METHOD, methodOf, NACK, REJECT, renumbered } from './frames';

/** One of so many, by chance. (Default: none) */
export interface Misfortune {
  /** Messages that go on twice: the copy at once, or after others, be they of the same publisher and key or not. */
  readonly doublesOneIn?: number;
  /** Messages that others overtake, but for those of the same publisher and key. */
  readonly delaysOneIn?: number;
}

const WITHIN_MS = 150;

/**
 * A network between clients and a RabbitMQ on which messages are doubled and change places, in both directions, as long as
 * it lasts: `TcpProxy.to(broker, disorder.courier)`. Both sides see one conversation without a fault: confirms and
 * acknowledgements are put into the numbers that their addressee knows, and those of copies go no further.
 *
 * A message never overtakes another of its publisher and key, in either direction: that a queue is first in, first out is
 * what the promised order stands on, and no broker breaks it. Its copy does, as after a lost acknowledgement.
 */
export class AmqpDisorder implements Fate {
  /** How many messages came twice. */
  doublings = 0;
  /** How many were held back. */
  delays = 0;
  private misfortune: Misfortune = {};
  private readonly conversations = new Set<Conversation>();

  /** `below(n)` is a whole number from 0 up to n. (Default: of pure chance) */
  constructor(private readonly below: (n: number) => number = (n) => Math.floor(Math.random() * n)) {}

  begin(misfortune: Misfortune): void {
    this.misfortune = misfortune;
  }

  /** What is held back goes on within 150 ms. */
  end(): void {
    this.misfortune = {};
  }

  /** Whether a message, or a copy, is still on its way. */
  get holdsBack(): boolean {
    return [...this.conversations].some((conversation) => conversation.holdsBack);
  }

  get atWork(): boolean {
    return Object.keys(this.misfortune).length > 0;
  }

  late(): number | undefined {
    if (!this.strikes(this.misfortune.delaysOneIn)) return undefined;
    this.delays += 1;
    return 1 + this.below(WITHIN_MS);
  }

  doubled(): number | undefined {
    if (!this.strikes(this.misfortune.doublesOneIn)) return undefined;
    this.doublings += 1;
    return this.below(2) === 0 ? 0 : 1 + this.below(WITHIN_MS);
  }

  readonly courier: Courier = (toClient, toServer) => {
    const conversation = new Conversation(toClient, toServer, this, () =>
      this.conversations.delete(conversation),
    );
    this.conversations.add(conversation);
    return conversation;
  };

  private strikes(oneIn: number | undefined): boolean {
    return oneIn !== undefined && this.below(oneIn) === 0;
  }
}

/** What is said on one connection. */
class Conversation implements Reader {
  private readonly channels = new Map<number, { readonly toClient: Flow; readonly toServer: Flow }>();
  private readonly clientFrames = new Frames();
  private readonly serverFrames = new Frames();

  constructor(
    private readonly toClient: (bytes: Buffer) => void,
    private readonly toServer: (bytes: Buffer) => void,
    private readonly fate: Fate,
    private readonly ended: () => void,
  ) {}

  get holdsBack(): boolean {
    return [...this.channels.values()].some(
      ({ toClient, toServer }) => toClient.holdsBack || toServer.holdsBack,
    );
  }

  fromClient(bytes: Buffer): void {
    for (const frame of this.clientFrames.with(bytes)) {
      if (frame.type === METHOD && methodOf(frame) === CHANNEL_OPEN) this.open(frame.channel);
      this.hear(frame, 'toServer', 'toClient');
    }
  }

  fromServer(bytes: Buffer): void {
    for (const frame of this.serverFrames.with(bytes)) this.hear(frame, 'toClient', 'toServer');
  }

  end(): void {
    for (const { toClient, toServer } of this.channels.values())
      for (const flow of [toClient, toServer]) flow.drop();
    this.ended();
  }

  private open(channel: number): void {
    this.channels.set(channel, {
      toClient: new Flow(this.toClient, this.fate),
      toServer: new Flow(this.toServer, this.fate),
    });
  }

  private hear(frame: Frame, way: 'toClient' | 'toServer', back: 'toClient' | 'toServer'): void {
    const channel = this.channels.get(frame.channel);
    if (!channel) {
      // The end of the connection is the end of its channels.
      if (frame.type === METHOD) for (const each of this.channels.values()) each[way].flush();
      this[way](frame.bytes);
    } else if (speaksOfMessages(frame)) for (const bytes of passedOn(frame, channel[back])) this[way](bytes);
    else channel[way].take(frame);
  }
}

const speaksOfMessages = (frame: Frame): boolean =>
  frame.type === METHOD && [ACK, NACK, REJECT].includes(methodOf(frame));

/** What is said of messages, one by one and in the numbers of who sent them. */
function passedOn(frame: Frame, sent: Flow): Buffer[] {
  const { payload } = frame;
  const bits = payload.readUInt8(12);
  const upToIt = methodOf(frame) !== REJECT && bits % 2 === 1;
  return sent.numbers.settle(Number(payload.readBigUInt64BE(4)), upToIt).map((number) => {
    const bytes = renumbered(frame, 4, number);
    if (upToIt) bytes.writeUInt8(bits - 1, bytes.length - 2);
    return bytes;
  });
}
