import type { Step } from '../../shop/stage';
import type { Identity, Witness } from '../../shop/options';
import type { Answer, Hearing } from '../../shop/visitor';

/** What somebody asked, and was answered. */
export interface Heard {
  readonly step: Step;
  /** Who asked. */
  readonly who: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  /** None while it is waited for, or where there was none. */
  answer?: Answer;
}

const BEFORE: Step = { name: 'before', race: false };

/** Writes down what is said in a shop, in the order of asking. */
export class Listener implements Witness {
  readonly heard: Heard[] = [];
  /** Who signed in, and whether that was in a race. */
  readonly people = new Map<string, Identity & { readonly race: boolean }>();
  private step = BEFORE;

  enter(step: Step): void {
    this.step = step;
  }

  hearing(who: string, identity?: Identity): Hearing {
    if (identity) this.people.set(who, { ...identity, race: this.step.race });
    return (method, path, body) => {
      const heard: Heard = { step: this.step, who, method, path, body };
      this.heard.push(heard);
      return (answer) => void (heard.answer = answer);
    };
  }
}
