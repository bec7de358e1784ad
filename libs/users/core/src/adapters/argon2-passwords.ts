import { HttpProblem } from '@banyan/http';
import { hash, type Options, verify } from '@node-rs/argon2';
import { randomBytes } from 'node:crypto';
import { Passwords } from '../domain/passwords';
import type { Argon2Settings } from '../users-settings';

/** argon2id, on threads of the library, a few at a time: the others wait in a queue that has an end. */
export class Argon2Passwords extends Passwords {
  private readonly waiting: (() => void)[] = [];
  private readonly options: Options;
  private working = 0;
  private nobodys?: Promise<string>;

  constructor(
    private readonly settings: Argon2Settings,
    private readonly argon2 = { hash, verify },
  ) {
    super();
    this.options = { memoryCost: settings.memoryKib, timeCost: settings.passes, parallelism: 1 };
  }

  hash = (password: string): Promise<string> =>
    this.inTurn(() => this.argon2.hash(composed(password), this.options));

  match = (password: string, hash: string | undefined): Promise<boolean> =>
    this.inTurn(async () => {
      // Made for everybody's first time, so that not even that tells anything.
      this.nobodys ??= this.argon2.hash(randomBytes(32), this.options);
      const nobodys = await this.nobodys;
      const matches = await this.argon2.verify(hash ?? nobodys, composed(password));
      return matches && hash !== undefined;
    });

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { atOnce, queue } = this.settings;
    if (this.working < atOnce) this.working++;
    else if (this.waiting.length < queue) await new Promise<void>((turn) => this.waiting.push(turn));
    else throw tooBusy();
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.working--;
    }
  }
}

/** One keyboard writes é as one character, another as two. */
const composed = (password: string): string => password.normalize('NFC');

const tooBusy = () =>
  new HttpProblem(503, 'users.too-busy', 'Too many people are signing in at this moment; try again', {
    headers: { 'Retry-After': '2' },
  });
