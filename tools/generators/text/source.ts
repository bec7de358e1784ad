import type { Tree } from '@nx/devkit';
import ts from 'typescript';

/** A change of a text: what lies between two places becomes something else. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** A TypeScript file under edit. Says where it is not as expected, so that a person can do the rest by hand. */
export class Source {
  private readonly source: ts.SourceFile;
  private readonly edits: Edit[] = [];

  constructor(
    private readonly tree: Tree,
    private readonly path: string,
  ) {
    this.source = ts.createSourceFile(path, tree.read(path, 'utf8') ?? '', ts.ScriptTarget.Latest, true);
  }

  /** Names that the file declares or imports. */
  get names(): string[] {
    return this.source.statements.flatMap((statement) => {
      if (ts.isVariableStatement(statement))
        return statement.declarationList.declarations.map(({ name }) => name.getText());
      if (ts.isImportDeclaration(statement)) return importedNames(statement);
      const named = statement as { name?: ts.Node };
      return named.name ? [named.name.getText()] : [];
    });
  }

  /** Imports a name, in the import that is there of this module, or in one of its own among the others. */
  import(name: string, module: string, { type = false } = {}): void {
    if (this.names.includes(name)) return;
    const imports = this.source.statements.filter(ts.isImportDeclaration);
    const moduleOf = (each: ts.ImportDeclaration) => (each.moduleSpecifier as ts.StringLiteral).text;
    const same = imports.find(
      (each) =>
        moduleOf(each) === module &&
        (each.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword) === type &&
        each.importClause?.namedBindings &&
        ts.isNamedImports(each.importClause.namedBindings),
    );
    if (same) {
      const { elements } = same.importClause!.namedBindings as ts.NamedImports;
      const after = elements.find((each) => sortKey(each.name.text) > sortKey(name));
      if (after) this.insert(after.getStart(), `${name}, `);
      else this.insert(elements.at(-1)!.end, `, ${name}`);
      return;
    }
    const line = `import ${type ? 'type ' : ''}{ ${name} } from '${module}';\n`;
    const next = imports.find((each) => rank(moduleOf(each)) > rank(module));
    if (next) this.insert(next.getStart(), line);
    else this.insert(imports.at(-1)?.end ?? 0, imports.length ? `\n${line.trimEnd()}` : line);
  }

  /** Adds an element at the end of `const name = […]`. @throws Error when there is no such list. */
  addToList(name: string, element: string): void {
    const list = this.declarations.find((each) => each.name.getText() === name)?.initializer;
    if (!list || !ts.isArrayLiteralExpression(list))
      throw new Error(`${this.path} has no \`const ${name} = […]\` to put ${element} into.`);
    this.append(list, element);
  }

  hasList(name: string): boolean {
    return this.declarations.some(({ name: each }) => each.getText() === name);
  }

  /** Adds an element to the list `property` of the object that `callee(…)` is given, or makes that list. */
  addToProperty(callee: string, property: string, element: string): void {
    const call = this.calls(callee)[0];
    const object = call?.arguments.find(ts.isObjectLiteralExpression);
    if (!object) throw new Error(`${this.path} has no ${callee}(…, { … }) to put ${element} into.`);
    const found = object.properties.find((each) => each.name?.getText() === property);
    if (!found) return this.insert(object.getStart() + 1, ` ${property}: [${element}],`);
    if (!ts.isPropertyAssignment(found) || !ts.isArrayLiteralExpression(found.initializer))
      throw new Error(`${property} of ${callee}(…) in ${this.path} is no list to put ${element} into.`);
    this.append(found.initializer, element);
  }

  /** Adds an element to the list that `callee(…)` is given. */
  addToArgument(callee: string, element: string): void {
    const list = this.calls(callee)[0]?.arguments.find(ts.isArrayLiteralExpression);
    if (!list) throw new Error(`${this.path} has no ${callee}(…, […]) to put ${element} into.`);
    this.append(list, element);
  }

  /** Puts statements before the one that holds `callee(…)`, with its comment. */
  insertBefore(callee: string, text: string): void {
    const call = this.calls(callee)[0];
    const statement =
      call && this.source.statements.find(({ pos, end }) => pos <= call.pos && call.end <= end);
    if (!statement) throw new Error(`${this.path} has no ${callee}(…) to put it before.`);
    this.insert(statement.getStart(this.source, true), text);
  }

  /** Calls of a function by its name, in order. */
  calls(callee: string): ts.CallExpression[] {
    const found: ts.CallExpression[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node) && node.expression.getText() === callee) found.push(node);
      ts.forEachChild(node, visit);
    };
    visit(this.source);
    return found;
  }

  /** Writes the file with all changes made. */
  save(): void {
    const text = this.edits
      .toSorted((one, other) => other.from - one.from)
      .reduce((text, edit) => text.slice(0, edit.from) + edit.text + text.slice(edit.to), this.source.text);
    this.tree.write(this.path, text);
  }

  private get declarations(): ts.VariableDeclaration[] {
    return this.source.statements
      .filter(ts.isVariableStatement)
      .flatMap(({ declarationList }) => [...declarationList.declarations]);
  }

  private append({ elements, end }: ts.ArrayLiteralExpression, element: string): void {
    const last = elements.at(-1);
    if (last) this.insert(last.end, `, ${element}`);
    else this.insert(end - 1, element);
  }

  private insert(at: number, text: string): void {
    this.edits.push({ from: at, to: at, text });
  }
}

function importedNames({ importClause }: ts.ImportDeclaration): string[] {
  const bindings = importClause?.namedBindings;
  return bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name }) => name.text) : [];
}

const sortKey = (name: string): string => name.toLowerCase();

/** Packages first, then the files of the context, as everywhere here. */
const rank = (module: string): string => `${module.startsWith('.') ? 1 : 0}${module.toLowerCase()}`;
