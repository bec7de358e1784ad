import { join } from 'node:path';
import ts from 'typescript';
import type { Check, Finding } from './finding';
import { nodesIn, parse, placeOf, sourcesIn } from './sources';

/**
 * Refuses what breaks the code that still runs while a release rolls out: its tables and columns must stay until nobody
 * reads them. A migration of the contract phase says so: `@contracts` in its comment, with the reason.
 */
export const migrations: Check = (root) =>
  sourcesIn(join(root, 'libs')).flatMap((file) =>
    nodesIn(parse(file))
      .filter(isMigration)
      .flatMap((migration) => lintMigration(root, migration)),
  );

const isMigration = (node: ts.Node): node is ts.VariableDeclaration =>
  ts.isVariableDeclaration(node) && node.type?.getText() === 'Migration';

function lintMigration(root: string, migration: ts.VariableDeclaration): Finding[] {
  const tag = ts.getJSDocTags(migration).find(({ tagName }) => tagName.text === 'contracts');
  if (tag && ts.getTextOfJSDocComment(tag.comment)?.trim()) return [];
  if (tag)
    return [
      {
        check: 'migrations',
        place: placeOf(root, migration),
        text: 'Say after @contracts why nobody reads any more what goes, such as the release since which that is so.',
      },
    ];
  const texts = nodesIn(migration).filter(isText);
  const created = new Set(texts.flatMap((node) => createdIn(sqlOf(node))));
  return texts.flatMap((node) =>
    breakingIn(sqlOf(node), created).map(({ at, text }) => ({
      check: 'migrations',
      place: placeOf(root, node, node.getStart() + 1 + at),
      text: `${text} Code of the release before still runs meanwhile. ${REMEDY}`,
    })),
  );
}

const REMEDY =
  'Expand now, and contract in a later release by a migration whose comment says `@contracts` and why nobody reads it any more.';

type Text = ts.StringLiteralLike | ts.TemplateExpression;

const isText = (node: ts.Node): node is Text => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);

/** The text between its quotes, as long as in the source; what is put in stands as a name. */
function sqlOf(node: Text): string {
  const raw = node.getText().slice(1, -1);
  return raw.replaceAll(/\$\{[^}]*\}/g, (inserted) => 'x'.repeat(inserted.length));
}

interface Breaking {
  /** Where in the text. */
  readonly at: number;
  readonly text: string;
}

const NAME = String.raw`(?:if (?:not )?exists )?(?:only )?(?:"?[\w]+"?\.)?"?(\w+)"?`;

/** What a piece of SQL does to those who still use what was there; nothing, where it made that itself. */
export function breakingIn(sql: string, created: ReadonlySet<string> = new Set(createdIn(sql))): Breaking[] {
  const known = (name: string | undefined) => created.has(name?.toLowerCase() ?? '');
  return split(blanked(sql), ';').flatMap(({ at, part }) => {
    const statement = plain(part);
    const start = at + /^\s*/.exec(part)![0].length;
    const dropped = new RegExp(`\\bdrop (table|view|materialized view|schema|type) ${NAME}`).exec(statement);
    if (dropped && !known(dropped[2]))
      return [{ at: start, text: `This drops the ${dropped[1]} ${dropped[2]}.` }];
    const altered = new RegExp(`\\balter (table|view|type) ${NAME} (.*)$`).exec(statement);
    if (!altered || known(altered[2])) return [];
    const [, , table, actions] = altered as unknown as [string, string, string, string];
    return split(actions, ',').flatMap(({ part: action }) => {
      const what = breakingAction(action.trim());
      return what ? [{ at: start, text: `This ${what} of ${table}.` }] : [];
    });
  });
}

function breakingAction(action: string): string | undefined {
  const column = /^drop (?:column )?(?:if exists )?(?!constraint |column )"?(\w+)"?/.exec(action)?.[1];
  if (column) return `drops the column ${column}`;
  if (/^rename (?!constraint )/.test(action)) return `renames a part (${action})`;
  const added =
    /^add (?:column )?(?:if not exists )?(?!constraint |primary |foreign |unique |check )"?(\w+)"? (.*)/.exec(
      action,
    );
  if (
    added &&
    /\b(not null|primary key)\b/.test(added[2]!) &&
    !/\b(default|generated|serial|bigserial)\b/.test(added[2]!)
  )
    return `adds a column ${added[1]} that must be filled and has no default, to the rows`;
  const altered = /^alter (?:column )?"?(\w+)"? (.*)/.exec(action);
  if (altered && /^set not null/.test(altered[2]!)) return `forbids NULL in the column ${altered[1]}`;
  if (altered && /^(set data )?type /.test(altered[2]!))
    return `changes the type of the column ${altered[1]}`;
  return undefined;
}

const createdIn = (sql: string): string[] =>
  [
    ...plain(blanked(sql)).matchAll(
      new RegExp(`\\bcreate (?:unlogged |temp |temporary )?table ${NAME}`, 'g'),
    ),
  ].map(([, name]) => name!);

const plain = (sql: string): string => sql.toLowerCase().replaceAll(/\s+/g, ' ').trim();

/** The same text with comments and quoted values left blank, so that places stay what they are. */
function blanked(sql: string): string {
  return sql.replaceAll(/--[^\n]*|\/\*[^]*?\*\/|'(?:[^']|'')*'/g, (quoted) => ' '.repeat(quoted.length));
}

/** The parts between separators that stand in no brackets. */
function split(text: string, separator: string): { readonly at: number; readonly part: string }[] {
  const parts = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at <= text.length; at++) {
    const letter = text[at];
    if (letter === '(') depth++;
    if (letter === ')') depth--;
    if (at < text.length && (letter !== separator || depth > 0)) continue;
    if (text.slice(from, at).trim()) parts.push({ at: from, part: text.slice(from, at) });
    from = at + 1;
  }
  return parts;
}
