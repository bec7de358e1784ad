import { expect } from 'expect';
import { brokenRules } from '../shop/books';
import { walkThrough } from '../shop/journey';
import { type Runner, stageFor, withoutRaces } from '../shop/stage';
import type { ShopOptions } from '../shop/options';
import { Shop } from '../shop/start-shop';
import { Listener } from './transcript/listener';
import { transcribe, type Transcript } from './transcript/transcript';

/** What came of a journey. */
export interface Walked {
  /** Of the steps that failed, of the books, and of how the shop stopped; none when all went well. */
  readonly complaints: readonly string[];
  readonly transcript: Transcript;
  readonly steps: number;
}

export interface WalkOptions extends ShopOptions {
  /** With the steps of which nobody knows who wins. Of those the books tell, the transcript does not. (Default: true) */
  readonly races?: boolean;
}

/** Walks the journey through a shop of its own, without Jest, and writes down what is said. */
export async function walk({ races = true, ...options }: WalkOptions): Promise<Walked> {
  // The journey speaks Jest's language.
  Object.assign(globalThis, { expect });
  const listener = new Listener();
  const shop = await Shop.open({ ...options, witness: listener });
  try {
    const script = new Script();
    const stage = stageFor(script, (step) => shop.enter(step));
    walkThrough(() => shop, races ? stage : withoutRaces(stage));
    const failed = await script.play();
    const transcript = await transcribe(shop, listener);
    const broken = Object.entries(await brokenRules(shop)).map(
      ([rule, rows]) => `broken: ${rule}: ${JSON.stringify(rows.slice(0, 3))}`,
    );
    const ended = await shop.stop();
    // In good order too: what is killed under a roof takes the roof along.
    await shop.provider?.stop();
    const odd = ended.flatMap(({ name, code, left, faults }) =>
      code === 0 && !left && faults.length === 0
        ? []
        : [
            `${name} ended with ${code}, ${left ? 'and left something behind, ' : ''}and said ${faults.join()}`,
          ],
    );
    return { complaints: [...failed, ...broken, ...odd], transcript, steps: script.length };
  } finally {
    await shop.close();
  }
}

/** The steps of a journey, to be taken one after the other. */
class Script implements Runner {
  private readonly first: (() => Promise<unknown>)[] = [];
  private readonly steps: { readonly name: string; readonly act: () => Promise<unknown> }[] = [];

  describe(_name: string, tell: () => void): void {
    tell();
  }

  beforeAll(act: () => Promise<unknown>): void {
    this.first.push(act);
  }

  it(name: string, act: () => Promise<unknown>): void {
    this.steps.push({ name, act });
  }

  get length(): number {
    return this.steps.length;
  }

  /** Goes on after a step that failed, and tells of each. */
  async play(): Promise<string[]> {
    for (const act of this.first) await act();
    const failed: string[] = [];
    for (const { name, act } of this.steps)
      await act().catch((error: Error) => failed.push(`failed: ${name}: ${error.message}`));
    return failed;
  }
}
