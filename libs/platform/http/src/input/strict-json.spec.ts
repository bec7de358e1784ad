import * as fc from 'fast-check';
import { JsonRefused, parseStrictJson } from './strict-json';

const refusal = (text: string) => {
  try {
    return { accepted: parseStrictJson(text) };
  } catch (error) {
    if (!(error instanceof JsonRefused)) throw error;
    return { code: error.code, field: error.field };
  }
};

describe('Strict JSON', () => {
  it('reads whatever JSON.stringify writes, alike', () => {
    const value = fc
      .jsonValue({ maxDepth: 6 })
      .filter((json) => !/__proto__|constructor|\\u0000|\\ud/.test(JSON.stringify(json)));
    fc.assert(
      fc.property(value, (json) =>
        expect(parseStrictJson(JSON.stringify(json, null, 1))).toEqual(JSON.parse(JSON.stringify(json))),
      ),
    );
  });

  it.each([
    ['{"a":1,"a":1}', 'a'],
    ['{"lines":[{"sku":"x"},{"sku":"x","sku":"y"}]}', 'lines.1.sku'],
    ['{"a":{"b":1},"c":":\\"","a":2}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['{"\\"":1,"\\\\":2,"\\"":3}', '"'],
  ])('refuses a key that comes twice: %s', (text, field) => {
    expect(refusal(text)).toEqual({ code: 'duplicate-key', field });
  });

  it.each(['{"a":"\\u0000"}', '{"a":["\\ud800"]}', '{"a":[{"b":"x\\u0000"}]}', '"\\u0000"'])(
    'refuses a character that cannot be stored: %s',
    (text) => expect(refusal(text)).toMatchObject({ code: 'forbidden-character' }),
  );

  it('refuses such a character in a key, and shows it escaped', () => {
    expect(refusal('{"a":{"b\\u0000":1}}')).toEqual({ code: 'forbidden-character', field: 'a.b\\u0000' });
  });

  it.each([
    ['{"a":{"__proto__":{}}}', 'a.__proto__'],
    ['{"a":{"\\u005f_proto__":{}}}', 'a.__proto__'],
    ['{"constructor":{"prototype":{}}}', 'constructor.prototype'],
  ])('refuses keys that reach for a prototype: %s', (text, field) => {
    expect(refusal(text)).toEqual({ code: 'forbidden-key', field });
  });

  it('reads 32 levels, and refuses the 33rd', () => {
    const nested = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);

    expect(refusal(nested(32))).toHaveProperty('accepted');
    expect(refusal(nested(33))).toMatchObject({ code: 'too-deep' });
    expect(refusal('['.repeat(500_000) + ']'.repeat(500_000))).toMatchObject({ code: 'too-deep' });
  });

  it.each(['', '{', '{"a":1,}', '// a\n1', '\ufeff{}', 'NaN', '{"a":01}', "{'a':1}"])(
    'refuses what is no JSON: %p',
    (text) => {
      expect(refusal(text)).toEqual({ code: 'malformed-json', field: '' });
    },
  );
});
