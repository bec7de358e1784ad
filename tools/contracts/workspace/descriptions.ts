import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** What the doc comment above each declaration says, by message type or error code. */
export type Descriptions = Readonly<Record<string, string>>;

const DECLARING = new Set(['event', 'request', 'requestError']);

/** Reads the doc comments of a contract's source, so that generated documents say what the code says. */
export function descriptionsIn(folder: string): Descriptions {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /(?<!\.spec)\.ts$/.test(file),
  );
  const found = files.flatMap((file) => {
    const path = join(folder, file);
    return declarationsIn(
      ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true),
    );
  });
  return Object.fromEntries(found);
}

function declarationsIn(source: ts.SourceFile): [string, string][] {
  const found: [string, string][] = [];
  for (const statement of source.statements) {
    const said = docOf(statement);
    if (!said) continue;
    if (ts.isVariableStatement(statement))
      for (const { initializer } of statement.declarationList.declarations) add(initializer, said);
    if (ts.isClassDeclaration(statement))
      for (const clause of statement.heritageClauses ?? [])
        for (const { expression } of clause.types) add(expression, said);
  }
  return found;

  function add(expression: ts.Expression | undefined, said: string): void {
    if (!expression || !ts.isCallExpression(expression) || !ts.isIdentifier(expression.expression)) return;
    const [name] = expression.arguments;
    if (DECLARING.has(expression.expression.text) && name && ts.isStringLiteralLike(name))
      found.push([name.text, said]);
  }
}

function docOf(node: ts.Node): string | undefined {
  const comment = ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc)?.comment;
  return ts.getTextOfJSDocComment(comment)?.replace(/\s+/g, ' ').trim();
}
