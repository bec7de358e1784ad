import { assertContextName } from '@banyan/contracts';
import type { Tree } from '@nx/devkit';
import { nameOf } from './words';

/** Not to be had as the name of a variable or a function. */
const RESERVED_WORDS =
  'abstract arguments as async await boolean break case catch class const continue debugger declare default delete do else enum eval export extends false finally for function if implements import in infer instanceof interface is keyof let module namespace never new null number object of package private protected public readonly require return satisfies static string super switch symbol this throw true try type typeof undefined unknown using var void while with yield'.split(
    ' ',
  );

/** Classes that code of a context uses anyway: JavaScript's, Nest's and the platform's. */
const TAKEN_CLASSES =
  'Answer Array Body Boolean Command CommandBus Contexts Controller Database Date Delete Error Event EventPublisher Function Get Idempotency Injectable Map Migration Module Number Object Param Person Policy Post Promise Proxy Query Refuses RegExp Request Response Roles Scenario Set String Symbol Timer Transaction Type Url'.split(
    ' ',
  );

/** Tables that every context has. */
const TAKEN_TABLES = ['effects', 'inbox', 'migrations', 'outbox', 'subscriptions', 'timers'];

const KEBAB = /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/;

/** @throws Error saying what to write instead, when it is not kebab-case, or nothing that code could be called. */
export function assertName(what: string, name: string): void {
  if (!KEBAB.test(name)) {
    const better = name
      .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
      .replaceAll(/[^A-Za-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '')
      .toLowerCase();
    const hint = KEBAB.test(better) ? `, such as ${better}` : '';
    throw new Error(`"${name}" is no name for ${what}: write small letters and hyphens${hint}.`);
  }
  if (RESERVED_WORDS.includes(nameOf(name).camel))
    throw new Error(`${name} is a word of TypeScript; call ${what} something else.`);
}

/** @throws Error as `assertName`, or when a class of this name would hide another. */
export function assertClassName(what: string, name: string): void {
  assertName(what, name);
  const { pascal } = nameOf(name);
  if (TAKEN_CLASSES.includes(pascal))
    throw new Error(
      `A class ${pascal} is there already, of JavaScript, Nest or the platform; call ${what} something else.`,
    );
}

/** @throws Error when every context has a table of this name. */
export function assertTable(table: string): void {
  if (TAKEN_TABLES.includes(table))
    throw new Error(`Every context has a table ${table} of its own; call the aggregate something else.`);
}

/** @throws Error when no new context can be called this. */
export function assertNewContext(tree: Tree, name: string): void {
  assertName('a context', name);
  assertContextName(name);
  if (tree.exists(`libs/${name}`))
    throw new Error(`libs/${name} is there already: choose another name, or delete what is left of it.`);
  const app = `apps/${name}-service`;
  if (tree.exists(app))
    throw new Error(`${app} is there already: choose another name, or delete what is left of it.`);
}

/** @throws Error naming those that are there. */
export function assertContext(tree: Tree, name: string): void {
  if (tree.exists(`libs/${name}/contract/src/index.ts`)) return;
  throw new Error(`There is no context ${name}; there are ${contextsIn(tree).join(', ')}.`);
}

export const contextsIn = (tree: Tree): string[] =>
  tree
    .children('libs')
    .filter((name) => tree.exists(`libs/${name}/contract/src/index.ts`))
    .sort();
