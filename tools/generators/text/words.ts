/** A name in the spellings that code needs. */
export interface Name {
  /** `gift-card` */
  readonly kebab: string;
  /** `GiftCard` */
  readonly pascal: string;
  /** `giftCard` */
  readonly camel: string;
  /** `gift_card` */
  readonly snake: string;
  /** `gift card` */
  readonly spoken: string;
}

/** The spellings of a kebab-case name. */
export function nameOf(kebab: string): Name {
  const pascal = kebab.replaceAll(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return {
    kebab,
    pascal,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    snake: kebab.replaceAll('-', '_'),
    spoken: kebab.replaceAll('-', ' '),
  };
}

/** One of many: `reviews` to `review`. Left alone where it is no plural. */
export function singularOf(word: string): string {
  if (/[^aeiou]ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return /[^sui]s$/.test(word) ? word.slice(0, -1) : word;
}

/** Many of one: `review` to `reviews`. */
export function pluralOf(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(s|x|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

const IRREGULAR: Readonly<Record<string, string>> = {
  begin: 'begun',
  bring: 'brought',
  build: 'built',
  buy: 'bought',
  choose: 'chosen',
  draw: 'drawn',
  find: 'found',
  forget: 'forgotten',
  freeze: 'frozen',
  give: 'given',
  hold: 'held',
  keep: 'kept',
  lay: 'laid',
  leave: 'left',
  lend: 'lent',
  lose: 'lost',
  make: 'made',
  meet: 'met',
  pay: 'paid',
  put: 'put',
  read: 'read',
  say: 'said',
  sell: 'sold',
  send: 'sent',
  set: 'set',
  show: 'shown',
  split: 'split',
  take: 'taken',
  tell: 'told',
  withdraw: 'withdrawn',
  write: 'written',
};

/** What has happened once it is done: `open` to `opened`, `cancel` to `cancelled`, `send` to `sent`. */
export function pastOf(verb: string): string {
  const irregular = IRREGULAR[verb];
  if (irregular) return irregular;
  if (verb.endsWith('e')) return `${verb}d`;
  if (/[^aeiou]y$/.test(verb)) return `${verb.slice(0, -1)}ied`;
  if (/^[^aeiou]*[aeiou][^aeiouwxy]$/.test(verb) || /[aeiou][^aeiou]+[aeiou]l$/.test(verb))
    return `${verb}${verb.at(-1)}ed`;
  return `${verb}ed`;
}

/** The doing of it: `open` to `opening`, `close` to `closing`, `cancel` to `cancelling`. */
export function doingOf(verb: string): string {
  if (/[^e]e$/.test(verb)) return `${verb.slice(0, -1)}ing`;
  if (/^[^aeiou]*[aeiou][^aeiouwxy]$/.test(verb) || /[aeiou][^aeiou]+[aeiou]l$/.test(verb))
    return `${verb}${verb.at(-1)}ing`;
  return `${verb}ing`;
}

/** `a review`, `an account` */
export const oneOf = (spoken: string): string => `${/^[aeiou]/.test(spoken) ? 'an' : 'a'} ${spoken}`;
