import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import type { Check, Finding } from './finding';
import { contextsIn, neighboursOf, nodesIn, parse, placeOf, sourcesIn } from './sources';

/** A use case asks few questions: each costs a round trip once the contexts are apart, and can find the other one away. */
export const chatter: Check = (root, { asksPerUseCase, asksAllowed }) =>
  contextsIn(root).flatMap((context) => {
    const features = join(root, 'libs', context, 'core/src/features');
    if (!existsSync(features)) return [];
    const folders = readdirSync(features, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return folders.flatMap(({ name }): Finding[] => {
      const asks = reached(sourcesIn(join(features, name)), features, name).flatMap(asksIn);
      const budget = asksAllowed[`${context}/${name}`] ?? asksPerUseCase;
      const many: Finding[] =
        asks.length <= budget
          ? []
          : [
              {
                check: 'chatter',
                place: `libs/${context}/core/src/features/${name}`,
                text:
                  `${context}/${name} asks other contexts ${asks.length} questions, and ${budget} are its budget (${asks.map((ask) => placeOf(root, ask)).join(', ')}). ` +
                  `Keep what it needs from their events, let one request answer more at once, or ask whether the boundary lies where it should; ` +
                  `a larger budget is \`asksAllowed\` in tools/design/design.settings.json.`,
              },
            ];
      const loops = asks.filter(isInLoop).map((ask) => ({
        check: 'chatter',
        place: placeOf(root, ask),
        text: `${context}/${name} asks in a loop. Ask once for all; a request that takes one thing may take a list in its next version.`,
      }));
      return [...many, ...loops];
    });
  });

/** A policy's `handle` runs in a transaction: it neither asks nor sends a command whose handler does. */
export const askingPolicies: Check = (root) =>
  contextsIn(root).flatMap((context) => {
    const core = join(root, 'libs', context, 'core/src');
    const sources = sourcesIn(core).map(parse);
    const handlers = askingHandlers(sources, core);
    return sources
      .flatMap((source) => nodesIn(source).filter(ts.isClassDeclaration))
      .filter((each) => decoratorOf(each, 'Policy'))
      .flatMap((policy) =>
        bodiesFrom(policy, 'handle').flatMap((body) =>
          nodesIn(body).flatMap((node): Finding[] => {
            const name = policy.name?.text ?? 'A policy';
            if (isAsk(node))
              return [
                {
                  check: 'policies',
                  place: placeOf(root, node),
                  text: `${name} asks in \`handle\`, which runs in a transaction and would throw. Ask in \`prepare\`, whose result \`handle\` is given.`,
                },
              ];
            if (!ts.isNewExpression(node) || !handlers.has(node.expression.getText())) return [];
            return [
              {
                check: 'policies',
                place: placeOf(root, node),
                text: `${name} sends ${node.expression.getText()} in \`handle\`, and its handler asks (${placeOf(root, handlers.get(node.expression.getText())!)}), which throws in a transaction. Ask in \`prepare\`, and give the command what was answered.`,
              },
            ];
          }),
        ),
      );
  });

/** The files of a feature, and those that they import of the context: but not other features, which stand for themselves. */
function reached(files: readonly string[], features: string, feature: string): ts.SourceFile[] {
  const core = join(features, '..');
  const seen = new Map<string, ts.SourceFile>();
  const visit = (file: string): void => {
    const [top, ...below] = relative(features, file).split(/[\\/]/);
    const other = top !== '..' && top !== feature && below.length > 0;
    if (seen.has(file) || other || relative(core, file).startsWith('..')) return;
    const source = parse(file);
    seen.set(file, source);
    neighboursOf(source).forEach(visit);
  };
  files.forEach(visit);
  return [...seen.values()];
}

/** Commands by name, each with the first question that handling it asks. */
function askingHandlers(sources: readonly ts.SourceFile[], core: string): Map<string, ts.Node> {
  const found = new Map<string, ts.Node>();
  for (const source of sources)
    for (const handler of nodesIn(source).filter(ts.isClassDeclaration)) {
      const command = decoratorOf(handler, 'CommandHandler')?.arguments[0]?.getText();
      if (!command) continue;
      const helpers = reached(neighboursOf(source), join(core, 'features'), '').filter(
        (helper) =>
          !/[\\/](domain|adapters)[\\/]/.test(helper.fileName) && helper.fileName !== source.fileName,
      );
      const ask = [...asksIn(handler), ...helpers.flatMap(asksIn)][0];
      if (ask) found.set(command, ask);
    }
  return found;
}

/** A method and those of its class that it calls. */
function bodiesFrom(owner: ts.ClassDeclaration, method: string, seen = new Set<string>()): ts.Node[] {
  if (seen.has(method)) return [];
  seen.add(method);
  const body = owner.members.find((each) => each.name?.getText() === method);
  if (!body) return [];
  const called = nodesIn(body).filter(
    (node): node is ts.PropertyAccessExpression =>
      ts.isPropertyAccessExpression(node) && node.expression.kind === ts.SyntaxKind.ThisKeyword,
  );
  return [
    body,
    ...called.flatMap(({ name }) => (isMethod(owner, name.text) ? bodiesFrom(owner, name.text, seen) : [])),
  ];
}

const isMethod = (owner: ts.ClassDeclaration, name: string): boolean =>
  owner.members.some(
    (each) =>
      each.name?.getText() === name &&
      (ts.isMethodDeclaration(each) ||
        (ts.isPropertyDeclaration(each) && each.initializer && ts.isArrowFunction(each.initializer))),
  );

const asksIn = (node: ts.Node): ts.CallExpression[] => nodesIn(node).filter(isAsk);

/** `this.contexts.ask(QuotePrices, …)`: a method `ask`, given a request by its name. */
const isAsk = (node: ts.Node): node is ts.CallExpression =>
  ts.isCallExpression(node) &&
  ts.isPropertyAccessExpression(node.expression) &&
  node.expression.name.text === 'ask' &&
  /contexts$/i.test(node.expression.expression.getText());

function isInLoop(node: ts.Node): boolean {
  for (
    let at = node.parent;
    at && !ts.isMethodDeclaration(at) && !ts.isFunctionDeclaration(at);
    at = at.parent
  ) {
    if (ts.isIterationStatement(at, false)) return true;
    if (!ts.isCallExpression(at) || !ts.isPropertyAccessExpression(at.expression)) continue;
    if (
      /^(map|flatMap|forEach|filter|reduce)$/.test(at.expression.name.text) &&
      at.arguments.some((each) => each.pos <= node.pos && node.end <= each.end)
    )
      return true;
  }
  return false;
}

function decoratorOf(owner: ts.ClassDeclaration, name: string): ts.CallExpression | undefined {
  return (ts.getDecorators(owner) ?? [])
    .map(({ expression }) => expression)
    .filter(ts.isCallExpression)
    .find(({ expression }) => expression.getText() === name);
}
