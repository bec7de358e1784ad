type Act = () => Promise<unknown>;

/** What runs the steps of a journey, one after the other: Jest, or whoever walks without it. */
export interface Runner {
  describe(name: string, tell: () => void): void;
  beforeAll(act: Act): void;
  it(name: string, act: Act): void;
}

/** One step of a journey. */
export interface Step {
  /** What is described and what it does, as a sentence. */
  readonly name: string;
  /** Who wins in it is chance, and with that what is answered to whom. */
  readonly race: boolean;
}

/** The words in which a journey is told. */
export interface Stage extends Runner {
  readonly it: Runner['it'] & {
    /** The step once for each value, which takes the place of `%s` in its name. */
    each<Value>(values: readonly Value[]): (name: string, act: (value: Value) => Promise<unknown>) => void;
    /** A step of which nobody knows who wins. */
    race: Runner['it'];
  };
}

/** Tells `enter` of each step before it is taken. */
export function stageFor(runner: Runner, enter: (step: Step) => void): Stage {
  const chapters: string[] = [];
  const step = (name: string, race: boolean, act: Act): void => {
    const entered = { name: [...chapters, name].join(' '), race };
    runner.it(name, async () => {
      enter(entered);
      await act();
    });
  };
  return {
    beforeAll: (act) => runner.beforeAll(act),
    describe(name, tell) {
      runner.describe(name, () => {
        chapters.push(name);
        tell();
        chapters.pop();
      });
    },
    it: Object.assign((name: string, act: Act) => step(name, false, act), {
      each:
        <Value>(values: readonly Value[]) =>
        (name: string, act: (value: Value) => Promise<unknown>) =>
          values.forEach((value) => step(name.replace('%s', String(value)), false, () => act(value))),
      race: (name: string, act: Act) => step(name, true, act),
    }),
  };
}

/** Leaves out the steps of which nobody knows who wins. */
export const withoutRaces = (stage: Stage): Stage => ({
  ...stage,
  it: Object.assign(stage.it.bind(undefined), { each: stage.it.each, race: () => undefined }),
});
