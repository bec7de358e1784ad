import { Settings } from './settings';

const read = (text?: string) => new Settings({ IT: text });

describe('A duration', () => {
  it.each([
    [undefined, 900_000],
    ['', 900_000],
    ['250ms', 250],
    ['90s', 90_000],
    ['2h', 7_200_000],
    ['30d', 2_592_000_000],
  ])('written as %s is %d ms', (text, ms) => {
    expect(read(text).durationMs('IT', '15m')).toBe(ms);
  });

  it.each(['15', '0m', '-1m', '1.5h', '15 minutes', '99999999s'])('written as "%s" is refused', (text) => {
    expect(() => read(text).durationMs('IT', '15m')).toThrow(
      `IT is "${text}"; write a number and ms, s, m, h or d, such as 15m`,
    );
  });
});

describe('A count', () => {
  it('is a whole number of at least as much as is asked', () => {
    expect([read().count('IT', 4), read('7').count('IT', 4), read('0').count('IT', 4, 0)]).toEqual([4, 7, 0]);
    for (const text of ['0', '-1', '1.5', 'x', '10000000'])
      expect(() => read(text).count('IT', 4)).toThrow(`IT is "${text}"; write a whole number of at least 1`);
  });
});

describe('A word', () => {
  it('is one of a few, the first when nothing is said', () => {
    expect([read().oneOf('IT', ['yes', 'no']), read('no').oneOf('IT', ['yes', 'no'])]).toEqual(['yes', 'no']);
    expect(() => read('maybe').oneOf('IT', ['yes', 'no'])).toThrow('IT is "maybe"; write yes or no');
  });
});
