import { type GeneratorCallback, generateFiles, output, type Tree } from '@nx/devkit';
import { join } from 'node:path';
import { declareEvent, type DeclaredEvent } from '../event/event';
import { CONTRACTS_WRITE, foretell, generateContracts } from '../text/generated-files';
import { formatChanges } from '../text/format';
import { knownEvents } from '../text/known-events';
import { assertContext, assertClassName } from '../text/refused-names';
import { Source } from '../text/source';
import { doingOf, nameOf, oneOf, pastOf, pluralOf } from '../text/words';

export interface CommandOptions {
  readonly context: string;
  /** A verb phrase: `close-review`. */
  readonly name: string;
  /** (Default: made of the name, such as `review-closed`) */
  readonly event?: string;
}

/** `nx g @banyan/tools:command reviews close-review` @throws Error in a sentence that says what to choose instead. */
export async function command(
  tree: Tree,
  { context, name, event }: CommandOptions,
): Promise<GeneratorCallback> {
  assertContext(tree, context);
  assertClassName('a command', name);
  const [verb, ...object] = name.split('-') as [string, ...string[]];
  if (object.length === 0)
    throw new Error(
      `"${name}" says not what of; write a verb phrase, such as ${name}-${context.replace(/s$/, '')}.`,
    );
  const core = `libs/${context}/core/src`;
  const feature = `${core}/features/${name}`;
  if (tree.exists(feature)) throw new Error(`${feature} is there already; call the command something else.`);
  const module = new Source(tree, `${core}/${context}.module.ts`);
  const handler = `${nameOf(name).pascal}Handler`;
  if (module.names.includes(handler))
    throw new Error(`${context} has a ${handler} already; call the command something else.`);

  const told = eventOf(tree, context, event ?? `${object.join('-')}-${pastOf(verb)}`);
  const spoken = object.join(' ');
  generateFiles(tree, join(__dirname, 'files'), feature, {
    name,
    context,
    command: nameOf(name),
    event: told,
    aggregate: aggregateOf(tree, core, object.join('-')),
    doing: doingOf(verb),
    spoken: oneOf(spoken),
    sample: told.keyKind === 'Sku' ? 'MUG' : '0190b6a0-0000-7000-8000-000000000001',
  });
  module.import(handler, `./features/${name}/${name}`);
  module.addToList('features', handler);
  module.save();

  await formatChanges(tree);
  foretell(...CONTRACTS_WRITE);
  return async () => {
    await generateContracts(tree.root);
    output.note({
      title: `${nameOf(name).pascal} is a use case of ${context}`,
      bodyLines: [
        `${feature}/${name}.ts    what it does; the rule that it follows belongs into ${core}/domain`,
        'Let a policy or a controller beside it send the command, and add it to the README of the context.',
      ],
    });
  };
}

/** The event of that name, declared now where it is new. @throws Error when it tells more than its key. */
function eventOf(tree: Tree, context: string, name: string): DeclaredEvent {
  const known = knownEvents(tree).find((event) => event.context === context && event.fact === name);
  if (!known) return declareEvent(tree, { context, name });
  const others = ((known.schema['required'] ?? []) as string[]).filter((field) => field !== known.key);
  if (others.length > 0)
    throw new Error(
      `${known.type} tells ${others.join(', ')} as well, which no generator knows; write this command by hand, or name another --event.`,
    );
  return known;
}

interface Aggregate {
  readonly port: string;
  readonly portFile: string;
  readonly property: string;
}

/** The repository of an aggregate that begins as nothing, so that a command can change any, with one in memory for specs. */
function aggregateOf(tree: Tree, core: string, object: string): Aggregate | undefined {
  const many = pluralOf(object);
  const { pascal, camel } = nameOf(many);
  const aggregate = tree.read(`${core}/domain/${object}.ts`, 'utf8') ?? '';
  const port = tree.read(`${core}/domain/${many}.ts`, 'utf8') ?? '';
  const inMemory = tree.read(`${core}/testing/in-memory-${many}.ts`, 'utf8') ?? '';
  const fits =
    /static none = \(\w+: string\)/.test(aggregate) &&
    port.includes(`abstract class ${pascal} `) &&
    /abstract change<T>\(\w+: string, change: \(/.test(port.replaceAll(/\s+/g, ' ')) &&
    inMemory.includes(`class InMemory${pascal} `) &&
    !inMemory.includes('constructor(');
  return fits ? { port: pascal, portFile: many, property: camel } : undefined;
}
