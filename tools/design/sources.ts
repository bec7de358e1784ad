import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import ts from 'typescript';

/** The TypeScript files under a folder that run in production: no specs, no testing/, no fixtures. */
export function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.spec|\.d)\.ts$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter(
      (file) => !/(^|[\\/])(testing|conformance|fixtures|node_modules)[\\/]/.test(relative(folder, file)),
    )
    .sort();
}

export const parse = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);

/** `libs/orders/core/src/orders.module.ts:12` */
export function placeOf(root: string, node: ts.Node, at = node.getStart()): string {
  const source = node.getSourceFile();
  const line = source.getLineAndCharacterOfPosition(at).line + 1;
  return `${relative(root, source.fileName).replaceAll('\\', '/')}:${line}`;
}

/** Every node below, the node itself first. */
export function nodesIn(node: ts.Node, into: ts.Node[] = []): ts.Node[] {
  into.push(node);
  ts.forEachChild(node, (child) => void nodesIn(child, into));
  return into;
}

/** The files that a file takes relative imports from, or re-exports. */
export function neighboursOf(source: ts.SourceFile): string[] {
  return source.statements.flatMap((statement) => {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) return [];
    const module = statement.moduleSpecifier;
    if (!module || !ts.isStringLiteral(module) || !module.text.startsWith('.')) return [];
    const base = join(dirname(source.fileName), module.text);
    return [`${base}.ts`, join(base, 'index.ts')].filter(existsSync).slice(0, 1);
  });
}

/** The contexts of a workspace: folders under libs/ with a contract. */
export function contextsIn(root: string): string[] {
  return readdirSync(join(root, 'libs'))
    .filter((name) => existsSync(join(root, 'libs', name, 'contract/src/index.ts')))
    .sort();
}
