import { type GeneratorCallback, output, type Tree } from '@nx/devkit';
import { CONTRACTS_WRITE, foretell, generateContracts } from '../text/generated-files';
import { formatChanges } from '../text/format';
import { knownEvents, type KeyKind } from '../text/known-events';
import { assertContext, assertClassName } from '../text/refused-names';
import { Source } from '../text/source';
import { nameOf, pastOf } from '../text/words';

export interface EventOptions {
  readonly context: string;
  /** Past tense, kebab-case: `parcel-weighed`. */
  readonly name: string;
  /** (Default: made of the name) */
  readonly says?: string;
  /** (Default: the key of most events of the context, otherwise `id`) */
  readonly key?: string;
}

/** `nx g @banyan/tools:event shipping parcel-weighed` @throws Error in a sentence that says what to choose instead. */
export async function event(tree: Tree, options: EventOptions): Promise<GeneratorCallback> {
  const { type } = declareEvent(tree, options);
  await formatChanges(tree);
  foretell(...CONTRACTS_WRITE);
  return async () => {
    await generateContracts(tree.root);
    output.note({
      title: `${type} may be published`,
      bodyLines: [
        `Say in libs/${options.context}/contract what else it tells, before anybody reads it: from then on a field may only be added.`,
        `libs/${options.context}/README.md lists what the context publishes.`,
      ],
    });
  };
}

/** What a declared event is published by. */
export interface DeclaredEvent {
  readonly type: string;
  readonly exported: string;
  readonly key: string;
  readonly keyKind: KeyKind;
}

/** Writes the declaration, unformatted. @throws Error when there is no such context, or such an event already. */
export function declareEvent(tree: Tree, { context, name, says, key: wanted }: EventOptions): DeclaredEvent {
  assertContext(tree, context);
  assertClassName('an event', name);
  const type = `${context}.${name}.v1`;
  const exported = nameOf(name).pascal;
  const contract = new Source(tree, `libs/${context}/contract/src/index.ts`);
  if (contract.calls('event').some(({ arguments: [declared] }) => declared?.getText() === `'${type}'`))
    throw new Error(`${type} is declared already; another version of it is declared by hand, beside it.`);
  if (contract.names.includes(exported))
    throw new Error(`The contract of ${context} has a ${exported} already; call the event something else.`);

  const own = knownEvents(tree).filter((event) => event.context === context);
  const key = wanted ?? commonest(own.map((event) => event.key)) ?? 'id';
  if (!/^[a-z][A-Za-z0-9]*$/.test(key))
    throw new Error(`"${key}" is no field; write a name such as orderId.`);
  const keyKind = own.find((event) => event.key === key)?.keyKind ?? 'Uuid';
  contract.import('event', '@banyan/contracts');
  contract.import('EventOf', '@banyan/contracts', { type: true });
  if (keyKind === 'string') contract.import('z', 'zod');
  else contract.import(keyKind, '@banyan/contracts');
  contract.insertBefore(
    'contextContract',
    `/** ${says ?? sentenceOf(name)} */
export const ${exported} = event('${type}', { ${key}: ${keyKind === 'string' ? 'z.string().min(1)' : keyKind} }, { key: '${key}' });
export type ${exported} = EventOf<typeof ${exported}>;

`,
  );
  contract.addToProperty('contextContract', 'events', exported);
  contract.save();
  return { type, exported, key, keyKind };
}

/** `parcel-weighed` to `A parcel was weighed.`, and what is no such pair of words to itself. */
function sentenceOf(name: string): string {
  const words = name.split('-');
  const done = words.at(-1)!;
  const what = words.slice(0, -1).join(' ');
  if (!what || !(done.endsWith('ed') || pastOf(done) === done))
    return `${nameOf(name).spoken}.`.replace(/^./, (first) => first.toUpperCase());
  return `${/^[aeiou]/.test(what) ? 'An' : 'A'} ${what} was ${done}.`;
}

function commonest(values: readonly string[]): string | undefined {
  const count = (value: string) => values.filter((each) => each === value).length;
  return values.toSorted((one, other) => count(other) - count(one))[0];
}
