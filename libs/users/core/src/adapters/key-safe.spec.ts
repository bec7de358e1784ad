import { ContextUnavailable } from '@banyan/contracts';
import { KeySafe } from './key-safe';

const PEM = '-----BEGIN PRIVATE KEY-----\nMII…\n-----END PRIVATE KEY-----\n';
const safe = new KeySafe('a secret of thirty-two characters');

describe('A private key', () => {
  it('is sealed under the secret, each time otherwise, and opens again', () => {
    const [one, other] = [safe.seal('kid', PEM), safe.seal('kid', PEM)];

    expect(one).not.toContain('PRIVATE');
    expect(one).not.toBe(other);
    expect([safe.open('kid', one), safe.open('kid', other)]).toEqual([PEM, PEM]);
  });

  it('that was kept before there was a secret opens as well', () => {
    expect(safe.open('kid', new KeySafe().seal('kid', PEM))).toBe(PEM);
  });

  it.each<[string, () => string]>([
    [
      'under another secret',
      () => new KeySafe('another secret of as many characters').open('kid', safe.seal('kid', PEM)),
    ],
    ['without the secret', () => new KeySafe().open('kid', safe.seal('kid', PEM))],
    ['under another name', () => safe.open('other', safe.seal('kid', PEM))],
    ['when somebody changed it', () => safe.open('kid', safe.seal('kid', PEM).slice(0, -4) + 'AAAA')],
  ])('does not open %s, and says what to look at', (_, open) => {
    expect(open).toThrow(ContextUnavailable);
    expect(open).toThrow('USERS_KEY_SECRET');
  });
});
