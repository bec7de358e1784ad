/// <reference lib="es2024.string" />
import { visit } from 'jsonc-parser';
import type { FieldError } from '../problems/problem';

/** Text is no JSON, or JSON that says one thing to us and might say another to somebody else. */
export class JsonRefused extends Error {
  constructor(
    readonly code: 'malformed-json' | 'duplicate-key' | 'too-deep' | 'forbidden-key' | 'forbidden-character',
    message: string,
    /** Where, such as `lines.0.note`; empty when it is the whole. */
    readonly field: string,
  ) {
    super(message);
    this.name = 'JsonRefused';
  }

  get errors(): FieldError[] {
    return [{ field: this.field || 'body', message: this.message }];
  }
}

/** How deep arrays and objects may nest. */
export const MAX_DEPTH = 32;

/**
 * Reads JSON that every reader reads alike: no key twice in an object, no `__proto__` or `constructor.prototype`, no
 * U+0000 or lone surrogate in a key or string, at most 32 levels. Costs little more than JSON.parse, because keys are
 * only counted: text that has more of them than its value is read again, slowly, to say which came twice.
 * @throws JsonRefused naming the place.
 */
export function parseStrictJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new JsonRefused('malformed-json', 'is not valid JSON', '');
  }
  if (typeof value === 'string') checkString(value, () => '');
  if (typeof value !== 'object' || value === null) return value;
  if (keysInText(text) !== keysIn(value, 1, [])) refuseDuplicateKey(text);
  return value;
}

type Path = (string | number)[];

/** How many keys `value` has, at all levels. @throws JsonRefused */
function keysIn(value: object, depth: number, path: Path): number {
  if (depth > MAX_DEPTH)
    throw new JsonRefused('too-deep', `nests deeper than ${MAX_DEPTH} levels`, path.join('.'));
  let keys = 0;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const item: unknown = value[index];
      if (typeof item === 'string') checkString(item, () => [...path, index].join('.'));
      else if (typeof item === 'object' && item !== null) {
        path.push(index);
        keys += keysIn(item, depth + 1, path);
        path.pop();
      }
    }
    return keys;
  }
  for (const key of Object.keys(value)) {
    keys++;
    checkKey(key, value, path);
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'string') checkString(item, () => [...path, key].join('.'));
    else if (typeof item === 'object' && item !== null) {
      path.push(key);
      keys += keysIn(item, depth + 1, path);
      path.pop();
    }
  }
  return keys;
}

function checkKey(key: string, owner: object, path: Path): void {
  if (hasForbiddenCharacter(key)) {
    const shown = JSON.stringify(key).slice(1, -1);
    throw new JsonRefused(
      'forbidden-character',
      'is a key with a character that cannot be stored',
      [...path, shown].join('.'),
    );
  }
  if (key === '__proto__')
    throw new JsonRefused('forbidden-key', 'is not allowed as a key', [...path, key].join('.'));
  if (key !== 'constructor') return;
  const inner = (owner as { constructor: unknown }).constructor;
  if (typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'prototype')) {
    throw new JsonRefused('forbidden-key', 'is not allowed as a key', [...path, key, 'prototype'].join('.'));
  }
}

/** PostgreSQL stores neither U+0000 nor half a surrogate pair. */
export const hasForbiddenCharacter = (text: string): boolean => text.includes('\0') || !text.isWellFormed();

function checkString(text: string, field: () => string): void {
  if (text.includes('\0')) throw new JsonRefused('forbidden-character', 'contains U+0000', field());
  if (!text.isWellFormed())
    throw new JsonRefused('forbidden-character', 'contains half a surrogate pair', field());
}

const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;

/** How many keys valid JSON text spells out: its colons outside strings. */
function keysInText(text: string): number {
  let keys = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === COLON) keys++;
    else if (character === QUOTE) {
      do at = text.indexOf('"', at + 1);
      while (isEscaped(text, at));
    }
  }
  return keys;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++;
  return backslashes % 2 === 1;
}

function refuseDuplicateKey(text: string): never {
  const open: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectEnd: () => void open.pop(),
    onObjectProperty: (key, _offset, _length, _line, _column, path) => {
      const keys = open.at(-1)!;
      if (keys.has(key)) throw new JsonRefused('duplicate-key', 'occurs twice', [...path(), key].join('.'));
      keys.add(key);
    },
  });
  throw new JsonRefused('duplicate-key', 'has a key that occurs twice', '');
}
