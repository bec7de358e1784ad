import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import type { Check, Finding } from './finding';
import { neighboursOf, parse, placeOf } from './sources';

/**
 * Everything that a part of the platform exports has a comment that says what it promises: classes, functions and
 * decorators; interfaces, or else each of their fields; and each field of what is called options or settings.
 */
export const publicApi: Check = (root) => {
  const platform = join(root, 'libs/platform');
  if (!existsSync(platform)) return [];
  return readdirSync(platform)
    .map((part) => join(platform, part, 'src/index.ts'))
    .filter(existsSync)
    .flatMap((index) => exportedBy(index).flatMap((declaration) => undocumented(root, declaration)));
};

type Declared = ts.ClassDeclaration | ts.FunctionDeclaration | ts.InterfaceDeclaration | ts.VariableStatement;

/** What an index exports, through whatever files. */
function exportedBy(index: string, wanted?: ReadonlySet<string>): Declared[] {
  const source = parse(index);
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const [file] = statement.moduleSpecifier
        ? neighboursOf({ ...source, statements: [statement], fileName: source.fileName } as never)
        : [];
      if (!file) return [];
      const clause = statement.exportClause;
      if (!clause || !ts.isNamedExports(clause)) return exportedBy(file, wanted);
      return exportedBy(
        file,
        new Set(clause.elements.map(({ name, propertyName }) => (propertyName ?? name).text)),
      );
    }
    if (!isDeclared(statement)) return [];
    const exported = statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    return exported && (!wanted || namesOf(statement).some((name) => wanted.has(name))) ? [statement] : [];
  });
}

const isDeclared = (node: ts.Node): node is Declared =>
  ts.isClassDeclaration(node) ||
  ts.isFunctionDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isVariableStatement(node);

const namesOf = (declared: Declared): string[] =>
  ts.isVariableStatement(declared)
    ? declared.declarationList.declarations.map(({ name }) => name.getText())
    : [declared.name?.text ?? 'default'];

function undocumented(root: string, declared: Declared): Finding[] {
  const findings: Finding[] = [];
  const missing = (node: ts.Node, what: string) =>
    findings.push({
      check: 'public API',
      place: placeOf(root, node),
      text: `${what} is public and says nothing. Write above it what it promises, in a doc comment.`,
    });
  const [name] = namesOf(declared) as [string];
  const members = ts.isInterfaceDeclaration(declared)
    ? declared.members.filter((each) => !hasComment(each))
    : [];
  if (ts.isInterfaceDeclaration(declared) && /(Options|Settings)$/.test(name))
    for (const member of members) missing(member, `${name}.${member.name?.getText()}`);
  else if (ts.isInterfaceDeclaration(declared) && members.length === 0) return [];
  else if (!overloadsOf(declared).some(hasComment)) missing(declared, name);
  return findings;
}

/** The declaration with its overloads: the comment of one is that of all. */
function overloadsOf(declared: Declared): ts.Node[] {
  if (!ts.isFunctionDeclaration(declared)) return [declared];
  return declared
    .getSourceFile()
    .statements.filter((each) => ts.isFunctionDeclaration(each) && each.name?.text === declared.name?.text);
}

const hasComment = (node: ts.Node): boolean => ts.getJSDocCommentsAndTags(node).some(ts.isJSDoc);
