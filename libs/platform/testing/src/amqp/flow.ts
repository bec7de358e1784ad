import { DELIVER, type Frame, GET_OK, HEADER, METHOD, methodOf, PUBLISH, renumbered, RETURN } from './frames';
import { Numbers } from './numbers';

/** What becomes of a message on its way; asked anew for each. */
export interface Fate {
  /** Whether chance plays at all. */
  readonly atWork: boolean;
  /** How long a message is held back, in milliseconds. (Default: it is not) */
  late(): number | undefined;
  /** How long after a message its copy goes, in milliseconds. (Default: there is none) */
  doubled(): number | undefined;
}

/** A method, and the frames with properties and body that belong to it. */
interface Message {
  readonly method: Frame;
  readonly rest: Frame[];
  /** As the sender counts. */
  readonly sent: number;
}

/** What one side says to the other on one channel. */
export class Flow {
  readonly numbers = new Numbers();
  private published = 0;
  private arriving?: Message;
  /** Octets of its body that are still to come. */
  private missing = 0;
  /** Messages of a publisher and key, behind the one that is held back. */
  private readonly behind = new Map<string, Message[]>();
  private readonly held = new Map<() => void, NodeJS.Timeout>();

  constructor(
    private readonly write: (bytes: Buffer) => void,
    private readonly fate: Fate,
  ) {}

  /** Any frame but one that speaks about messages by their numbers. */
  take(frame: Frame): void {
    if (frame.type === METHOD) this.begin(frame);
    else if (this.arriving) this.goOn(this.arriving, frame);
    else this.write(frame.bytes);
  }

  /** Whether something is still to go on. */
  get holdsBack(): boolean {
    return this.held.size > 0;
  }

  /** Hands on what is held back. */
  flush(): void {
    // Copies that are held back meanwhile are met by this walk as well.
    for (const go of this.held.keys()) go();
  }

  /** Forgets it. */
  drop(): void {
    for (const timer of this.held.values()) clearTimeout(timer);
    this.held.clear();
  }

  private begin(method: Frame): void {
    switch (methodOf(method)) {
      case PUBLISH:
        this.arriving = { method, rest: [], sent: (this.published += 1) };
        return;
      case DELIVER:
      case GET_OK:
        this.arriving = { method, rest: [], sent: Number(method.payload.readBigUInt64BE(tagAt(method))) };
        return;
      case RETURN:
        this.arriving = { method, rest: [], sent: 0 };
        return;
      default:
        // Closing, cancelling and the like mean what came before them.
        this.flush();
        this.write(method.bytes);
    }
  }

  private goOn(message: Message, frame: Frame): void {
    message.rest.push(frame);
    if (frame.type === HEADER) this.missing = Number(frame.payload.readBigUInt64BE(4));
    else this.missing -= frame.payload.length;
    if (this.missing > 0) return;
    this.arriving = undefined;
    if (methodOf(message.method) === PUBLISH || methodOf(message.method) === DELIVER) this.send(message);
    else this.pass(message);
  }

  /** Order holds per publisher and key, so that only others may overtake; a copy may come whenever it likes. */
  private send(message: Message): void {
    if (!this.fate.atWork && this.behind.size === 0) return this.pass(message);
    const key = keyOf(message);
    const before = key && this.behind.get(key);
    if (before) return void before.push(message);
    const lateMs = this.fate.late();
    if (lateMs === undefined) return this.double(message);
    const queue = [message];
    if (key) this.behind.set(key, queue);
    this.hold(lateMs, () => {
      if (key) this.behind.delete(key);
      for (const each of queue) this.double(each);
    });
  }

  private double(message: Message): void {
    this.pass(message);
    const afterMs = this.fate.doubled();
    if (afterMs === 0) this.pass(message, { copy: true });
    else if (afterMs !== undefined) this.hold(afterMs, () => this.pass(message, { copy: true }));
  }

  private hold(ms: number, act: () => void): void {
    const go = (): void => {
      clearTimeout(this.held.get(go));
      this.held.delete(go);
      act();
    };
    this.held.set(go, setTimeout(go, ms));
  }

  private pass({ method, rest, sent }: Message, copy?: { copy: true }): void {
    const number = methodOf(method) === RETURN ? 0 : this.numbers.next(sent, copy);
    const names = methodOf(method) === DELIVER || methodOf(method) === GET_OK;
    const first = names ? renumbered(method, tagAt(method), number) : method.bytes;
    this.write(Buffer.concat([first, ...rest.map(({ bytes }) => bytes)]));
  }
}

/** Where a delivery has its number: behind the name of the consumer, where it goes to one. */
const tagAt = (method: Frame): number => (methodOf(method) === GET_OK ? 4 : 5 + method.payload.readUInt8(4));

/** Publisher and key of an event; nothing for what has no order with others. */
function keyOf({ rest: [properties] }: Message): string | undefined {
  const key = header(properties!, 'cloudEvents:partitionkey');
  return key && `${header(properties!, 'cloudEvents:source')} ${key}`;
}

/** A header that is text: its name, an S, and its length in four octets before the text. */
function header({ payload }: Frame, name: string): string | undefined {
  const at = payload.indexOf(`${name}S`);
  if (at < 0) return undefined;
  const begin = at + name.length + 1 + 4;
  return payload.toString('utf8', begin, begin + payload.readUInt32BE(begin - 4));
}
