import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { JsonSchema, jsonSchemaOf } from '@banyan/contracts';
import { z } from 'zod';
import { lockEvent, lockRequest } from '../lock/lock';
import { Change, CHANGES, Direction } from './change';
import { compareMessages } from './compare-messages';
import { compareSchemas } from './compare-schemas';
import type { Fixture, MessagesFixture } from './fixture';

const directions: Direction[] = ['event', 'request', 'reply'];
const said = new Set<string>();

const fixtures = (folder: string): [string, Fixture][] =>
  readdirSync(join(__dirname, 'fixtures', folder))
    .sort()
    .map((file) => [
      file.replace('.ts', '').replaceAll('-', ' '),
      (require(join(__dirname, 'fixtures', folder, file)) as { default: Fixture }).default,
    ]);

const schemasOf = (fixture: Exclude<Fixture, MessagesFixture>): [JsonSchema, JsonSchema] =>
  'before' in fixture
    ? [jsonSchemaOf('before', z.object(fixture.before)), jsonSchemaOf('after', z.object(fixture.after))]
    : [fixture.beforeSchema, fixture.afterSchema];

const locked = (contract: MessagesFixture['beforeMessage']) =>
  contract.kind === 'event' ? lockEvent(contract)[1] : lockRequest(contract)[1];

/** What the check says, once per direction that it can be asked in. */
const verdicts = (fixture: Fixture): Change[][] =>
  'beforeMessage' in fixture
    ? [compareMessages(locked(fixture.beforeMessage), locked(fixture.afterMessage))]
    : directions.map((direction) => compareSchemas(...schemasOf(fixture), direction));

/** A kind alone matches any detail. */
const matches = ([path, change]: readonly [string, string], is: Change | undefined) =>
  is?.path === path && (is.change === change || is.change.startsWith(`${change}: `));

function expectSaid(fixture: Fixture, changes: Change[]): void {
  for (const { change } of changes) said.add(change.split(': ')[0] as string);
  const unlike = fixture.says.some((expected, at) => !matches(expected, changes[at]));
  if (unlike || changes.length !== fixture.says.length)
    expect(changes.map(({ path, change }) => [path, change])).toEqual(fixture.says);
  for (const { why } of changes) expect(why).toMatch(/\w+ \w+/);
}

describe.each(fixtures('breaking'))('Breaking: %s', (_, fixture) => {
  it('is told, with the reason', () => {
    for (const changes of verdicts(fixture)) {
      expectSaid(fixture, changes);
      expect(changes.filter(({ breaking }) => breaking)).not.toHaveLength(0);
    }
  });

  if ('proof' in fixture && fixture.proof)
    it('does break: one side refuses what the other writes', () => {
      const sides = { before: z.object(fixture.before), after: z.object(fixture.after) };
      for (const { writtenBy, data } of fixture.proof ?? []) {
        const reader = sides[writtenBy === 'before' ? 'after' : 'before'];
        expect(sides[writtenBy].safeParse(data)).toMatchObject({
          success: true,
        });
        expect(reader.safeParse(data)).toMatchObject({ success: false });
      }
    });
});

describe.each(fixtures('harmless'))('Harmless: %s', (_, fixture) => {
  it('is let through', () => {
    for (const changes of verdicts(fixture)) {
      expectSaid(fixture, changes);
      expect(changes.filter(({ breaking }) => breaking)).toEqual([]);
    }
  });

  if ('proof' in fixture && fixture.proof)
    it('does no harm: each side reads what the other writes', () => {
      const sides = { before: z.object(fixture.before), after: z.object(fixture.after) };
      for (const { writtenBy, data } of fixture.proof ?? []) {
        const written = sides[writtenBy].parse(data);
        expect(sides.before.safeParse(written)).toMatchObject({ success: true });
        expect(sides.after.safeParse(written)).toMatchObject({ success: true });
      }
    });
});

describe('The fixtures', () => {
  it('leave no kind of change out', () => {
    expect(Object.keys(CHANGES).filter((kind) => !said.has(kind))).toEqual([]);
  });
});
