const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Reads what can be set from outside; what is written otherwise is refused by name. An empty variable is one that is not set. */
export class Settings {
  /** (Default: the process's environment) */
  constructor(private readonly env: Readonly<Record<string, string | undefined>> = process.env) {}

  /** A number and ms, s, m, h or d, such as `15m`, in milliseconds; always positive. @throws Error when it is written otherwise */
  durationMs(name: string, otherwise: string): number {
    const form = /^([1-9]\d{0,6})(ms|s|m|h|d)$/;
    const text = this.text(name, otherwise, form, `a number and ms, s, m, h or d, such as ${otherwise}`);
    const [, count, unit] = form.exec(text)!;
    return Number(count) * UNIT_MS[unit!]!;
  }

  /** A whole number of at least `least`, at most 9,999,999. @throws Error when it is none */
  count(name: string, otherwise: number, least = 1): number {
    const text = this.env[name] || String(otherwise);
    if (/^\d{1,7}$/.test(text) && Number(text) >= least) return Number(text);
    throw new Error(`${name} is "${text}"; write a whole number of at least ${least}`);
  }

  /** Text of a form, which `wanted` describes. @throws Error when it has another */
  text(name: string, otherwise: string, form: RegExp, wanted: string): string {
    const text = this.env[name] || otherwise;
    if (!form.test(text)) throw new Error(`${name} is "${text}"; write ${wanted}`);
    return text;
  }

  /** One of a few words. @throws Error when it is another */
  oneOf<Word extends string>(name: string, words: readonly [Word, ...Word[]]): Word {
    const text = this.env[name] || words[0];
    const word = words.find((each) => each === text);
    if (!word) throw new Error(`${name} is "${text}"; write ${words.join(' or ')}`);
    return word;
  }
}
