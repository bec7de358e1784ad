import type { Topology } from '@banyan/contracts';
import {
  type GeneratorCallback,
  generateFiles,
  joinPathFragments,
  output,
  readJson,
  type Tree,
} from '@nx/devkit';
import { join } from 'node:path';
import { inOrder } from '../../placement/placing';
import {
  CONTRACTS_WRITE,
  foretell,
  generateContracts,
  generateDeployment,
  TOPOLOGY_WRITES,
} from '../text/generated-files';
import { formatChanges, formatJson } from '../text/format';
import { exampleOf, knownEvent } from '../text/known-events';
import {
  assertClassName,
  assertName,
  assertNewContext,
  assertTable,
  contextsIn,
} from '../text/refused-names';
import { Source } from '../text/source';
import { doingOf, nameOf, oneOf, pastOf, pluralOf, singularOf } from '../text/words';

export interface ContextOptions {
  /** Kebab-case, such as `reviews`. */
  readonly name: string;
  /** `orders.order-completed`, or `none`. (Default: orders.order-completed) */
  readonly on?: string;
  /** (Default: the name in the singular) */
  readonly aggregate?: string;
  /** (Default: open) */
  readonly verb?: string;
}

/**
 * `nx g @banyan/tools:context reviews`: a context that is green as it is written.
 * @throws Error in a sentence that says what to choose instead, before anything is written.
 */
export async function context(
  tree: Tree,
  { name, on = 'orders.order-completed', aggregate = singularOf(name), verb = 'open' }: ContextOptions,
): Promise<GeneratorCallback> {
  assertNewContext(tree, name);
  assertClassName('the aggregate', aggregate);
  assertName('the command', verb);
  const many = nameOf(pluralOf(aggregate));
  assertTable(many.snake);
  assertPath(tree, many.kebab);
  const event = on === 'none' ? undefined : knownEvent(tree, on);

  const words = wordsOf({ name, aggregate, verb, event });
  const files = join(__dirname, 'files');
  generateFiles(tree, join(files, 'lib'), `libs/${name}`, words);
  generateFiles(tree, join(files, 'app'), `apps/${name}-service`, words);
  if (event) tree.delete(joinPathFragments(featureOf(words), `${verb}-${aggregate}.controller.ts`));
  else tree.delete(joinPathFragments(featureOf(words), `${words.policyFile}.ts`));

  await place(tree, name);
  await formatChanges(tree);
  foretell(...CONTRACTS_WRITE, ...TOPOLOGY_WRITES);
  return async () => {
    await generateContracts(tree.root);
    await generateDeployment(tree.root);
    output.note({
      title: `${name} is a context of the monolith`,
      bodyLines: [
        `npx nx test ${name}             its specs`,
        `npx nx serve monolith           GET /api/v1/${many.kebab}/:${words.key.camel}, as staff`,
        `npx nx g @banyan/tools:command ${name}    its next use case`,
        'Its words are a beginning: put yours into README.md, contract/ and domain/.',
      ],
    });
  };
}

type Words = ReturnType<typeof wordsOf>;

function wordsOf({
  name,
  aggregate,
  verb,
  event,
}: {
  name: string;
  aggregate: string;
  verb: string;
  event: ReturnType<typeof knownEvent> | undefined;
}) {
  const one = nameOf(aggregate);
  const key = nameOf(
    event ? event.key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`) : `${aggregate}-id`,
  );
  const done = pastOf(verb);
  const keyKind = event?.keyKind ?? 'Uuid';
  const subject = key.spoken.replace(/ id$/, '');
  const factName = event && nameOf(event.fact);
  return {
    /** For the names of files. */
    contextName: name,
    oneName: aggregate,
    manyName: pluralOf(aggregate),
    verbName: verb,
    context: nameOf(name),
    one,
    many: nameOf(pluralOf(aggregate)),
    aOne: oneOf(one.spoken),
    key,
    keyKind,
    keySchema: keyKind === 'string' ? 'z.string().min(1)' : keyKind,
    keyColumn: keyKind === 'Uuid' ? 'uuid' : 'text',
    /** What it is about, spoken: `order` of `orderId`. */
    subject,
    subjectOne: oneOf(subject),
    keeps: event ? `one ${one.spoken} per ${subject}` : nameOf(pluralOf(aggregate)).spoken,
    /** A key for a spec. */
    sample: keyKind === 'Uuid' ? 'uuidv7()' : `'FIRST'`,
    verb: nameOf(verb),
    doing: doingOf(verb),
    done,
    Done: nameOf(done).pascal,
    policyFile: event ? `${verb}-${aggregate}-when-${event.fact}` : 'policy',
    event: event && {
      ...event,
      spoken: factName!.spoken,
      contextSpoken: event.context,
      contextOwns: event.context.endsWith('s') ? `${event.context}'` : `${event.context}'s`,
      example: exampleOf(event),
    },
  };
}

const featureOf = ({ context, verb, one }: Words): string =>
  `libs/${context.kebab}/core/src/features/${verb.kebab}-${one.kebab}`;

/** Two controllers of one path would answer for each other in the monolith. */
function assertPath(tree: Tree, path: string): void {
  for (const context of contextsIn(tree)) {
    const features = `libs/${context}/core/src/features`;
    const taken = (folder: string): boolean =>
      tree.children(folder).some((child) => {
        const at = `${folder}/${child}`;
        if (!tree.isFile(at)) return taken(at);
        return child.endsWith('.controller.ts') && tree.read(at, 'utf8')!.includes(`@Controller('${path}')`);
      });
    if (taken(features))
      throw new Error(`${context} answers /${path} already; name what the new context keeps by --aggregate.`);
  }
}

/** In the monolith, whence it may be extracted. */
async function place(tree: Tree, name: string): Promise<void> {
  const topology = readJson<Topology>(tree, 'topology.json');
  const { monolith } = topology.deployables;
  if (!monolith) throw new Error('topology.json places nothing in the monolith; absorb a context first.');
  const placed = { ...monolith, contexts: inOrder([...monolith.contexts, name]) };
  tree.write(
    'topology.json',
    await formatJson({
      revision: topology.revision + 1,
      deployables: { ...topology.deployables, monolith: placed },
    }),
  );

  const base = readJson<{ compilerOptions: { paths: Record<string, string[]> } }>(tree, 'tsconfig.base.json');
  base.compilerOptions.paths[`@shop/${name}`] = [`./libs/${name}/core/src/index.ts`];
  base.compilerOptions.paths[`@shop/${name}/contract`] = [`./libs/${name}/contract/src/index.ts`];
  tree.write('tsconfig.base.json', await formatJson(base));

  const main = new Source(tree, 'apps/monolith/src/main.ts');
  const module = `${nameOf(name).pascal}Module`;
  main.import(module, `@shop/${name}`);
  main.addToArgument('host', module);
  main.save();
}
