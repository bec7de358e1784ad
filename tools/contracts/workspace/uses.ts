import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { EventContract, RequestContract } from '@banyan/contracts';
import ts from 'typescript';

/** What the source of a core does with contracts. */
export interface Uses {
  /** Request types it asks, each with the places (`libs/orders/core/src/…/place-order.ts:12`). */
  readonly asks: Readonly<Record<string, readonly string[]>>;
  /** Event types of its own that it makes somewhere, in order to publish them. */
  readonly makes: readonly string[];
  /** Places that ask something which cannot be read from the source. */
  readonly unclear: readonly string[];
}

type Load = (file: string) => Record<string, unknown>;
type Message = EventContract | RequestContract;

/**
 * Reads every source file of a core but its specs and its `testing/`. Names are followed through imports to the value
 * that the imported file exports, so that aliases, namespaces and re-exports count as well.
 */
export function usesIn(core: string, root: string, context: string, load: Load): Uses {
  const paths = pathsIn(root);
  const asks: Record<string, string[]> = {};
  const makes = new Set<string>();
  const unclear: string[] = [];

  for (const file of sourcesIn(core)) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const names = namesIn(source, paths, load);
    const place = (node: ts.Node) =>
      `${relative(root, file)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
    const visit = (node: ts.Node): void => {
      ts.forEachChild(node, visit);
      if (!ts.isCallExpression(node)) return;
      const made = valueOf(node.expression, names);
      if (made?.kind === 'event' && made.context === context) makes.add(made.type);
      const [asked] = node.arguments;
      if (!asked || !isAsk(node.expression)) return;
      const request = valueOf(asked, names);
      if (request?.kind === 'request') (asks[request.type] ??= []).push(place(node));
      else if (names.asksContexts) unclear.push(`${place(node)}: ${node.getText().split('\n')[0]}`);
    };
    visit(source);
  }
  return { asks, makes: [...makes], unclear };
}

/** `contexts.ask(…)`, `contexts['ask'](…)` and a destructured `ask(…)`. */
function isAsk(callee: ts.Expression): boolean {
  if (ts.isPropertyAccessExpression(callee)) return callee.name.text === 'ask';
  if (ts.isElementAccessExpression(callee))
    return ts.isStringLiteralLike(callee.argumentExpression) && callee.argumentExpression.text === 'ask';
  return ts.isIdentifier(callee) && callee.text === 'ask';
}

interface Names {
  /** Local names of imported values. */
  readonly values: ReadonlyMap<string, () => unknown>;
  /** Local names of imported namespaces. */
  readonly namespaces: ReadonlyMap<string, () => Record<string, unknown>>;
  /** `const Q = QuotePrices`. */
  readonly aliases: ReadonlyMap<string, ts.Expression>;
  /** Whether the file imports `Contexts`, so that an `ask` in it is meant for another context. */
  readonly asksContexts: boolean;
}

function namesIn(source: ts.SourceFile, paths: Paths, load: Load): Names {
  const values = new Map<string, () => unknown>();
  const namespaces = new Map<string, () => Record<string, unknown>>();
  const aliases = new Map<string, ts.Expression>();
  let asksContexts = false;
  const visit = (node: ts.Node): void => {
    ts.forEachChild(node, visit);
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer)
      aliases.set(node.name.text, node.initializer);
    if (!ts.isImportDeclaration(node) || !node.importClause || node.importClause.isTypeOnly) return;
    const module = (node.moduleSpecifier as ts.StringLiteral).text;
    const bindings = node.importClause.namedBindings;
    if (module === '@banyan/messaging' && bindings && ts.isNamedImports(bindings))
      asksContexts ||= bindings.elements.some(
        ({ name, propertyName }) => (propertyName ?? name).text === 'Contexts',
      );
    const file = fileOf(module, dirname(source.fileName), paths);
    if (!file || !bindings) return;
    if (ts.isNamespaceImport(bindings)) namespaces.set(bindings.name.text, () => load(file));
    else
      for (const { name, propertyName, isTypeOnly } of bindings.elements)
        if (!isTypeOnly) values.set(name.text, () => load(file)[(propertyName ?? name).text]);
  };
  visit(source);
  return { values, namespaces, aliases, asksContexts };
}

/** The event or request that an expression names, if it names one. */
function valueOf(expression: ts.Expression, names: Names, depth = 0): Message | undefined {
  if (ts.isIdentifier(expression)) {
    const value = names.values.get(expression.text);
    if (value) return messageOf(value());
    const alias = names.aliases.get(expression.text);
    return alias && depth < 5 ? valueOf(alias, names, depth + 1) : undefined;
  }
  if (ts.isPropertyAccessExpression(expression) && ts.isIdentifier(expression.expression))
    return messageOf(names.namespaces.get(expression.expression.text)?.()[expression.name.text]);
  if (
    ts.isAsExpression(expression) ||
    ts.isParenthesizedExpression(expression) ||
    ts.isNonNullExpression(expression)
  )
    return valueOf(expression.expression, names, depth);
  return undefined;
}

function messageOf(value: unknown): Message | undefined {
  const kind = (value as Message | undefined)?.kind;
  return kind === 'event' || kind === 'request' ? (value as Message) : undefined;
}

function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /(?<!\.spec|\.d)\.ts$/.test(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => !relative(folder, file).split(/[\\/]/).includes('testing'))
    .sort();
}

type Paths = Readonly<Record<string, string>>;

/** Import names and the files they stand for, as the root's `tsconfig.base.json` says. */
function pathsIn(root: string): Paths {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), (file) =>
    existsSync(file) ? readFileSync(file, 'utf8') : '{}',
  ) as { config?: { compilerOptions?: { paths?: Record<string, string[]> } } };
  const paths = config?.compilerOptions?.paths ?? {};
  return Object.fromEntries(
    Object.entries(paths).map(([name, [file]]) => [name, join(root, file as string)]),
  );
}

/** The file behind an import of this repository: only contexts' own files are followed, never the platform or npm. */
function fileOf(module: string, from: string, paths: Paths): string | undefined {
  if (module.startsWith('@banyan/')) return undefined;
  const base = module.startsWith('.') ? join(from, module) : paths[module];
  return (
    base &&
    [base, `${base}.ts`, join(base, 'index.ts')].find((file) => file.endsWith('.ts') && existsSync(file))
  );
}
