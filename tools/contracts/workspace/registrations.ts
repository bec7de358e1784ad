import 'reflect-metadata';
import type { RequestContract } from '@banyan/contracts';
import { Subscription, subscriptionOf } from '@banyan/messaging';
import { MODULE_METADATA } from '@nestjs/common/constants';
import { PATTERN_EXTRAS_METADATA } from '@nestjs/microservices/constants';

/** What a context's modules give Nest to run. */
export interface Registrations {
  readonly subscriptions: readonly Subscription[];
  /** One entry per method, so that a request answered twice stands here twice. */
  readonly answers: readonly RequestContract[];
}

/** What a context without a core registers. */
export const NOTHING: Registrations = { subscriptions: [], answers: [] };

/**
 * Reads the `@Module` metadata of every module class that `file` exports, and of the modules that those import.
 * @throws TypeError when there is no module among `exported`.
 */
export function registrationsOf(file: string, exported: Readonly<Record<string, unknown>>): Registrations {
  const controllers = new Set<object>();
  const seen = new Set<unknown>();
  const visit = (given: unknown): void => {
    if (seen.has(given)) return;
    seen.add(given);
    // A dynamic module names its class and may bring controllers and imports of its own.
    const { module = given, controllers: own = [], imports = [] } = (given ?? {}) as DynamicParts;
    const metadata = <T>(key: string): T[] =>
      typeof module === 'function' ? ((Reflect.getMetadata(key, module) as T[] | undefined) ?? []) : [];
    for (const controller of [...own, ...metadata<object>(MODULE_METADATA.CONTROLLERS)])
      controllers.add(controller);
    for (const imported of [...imports, ...metadata<unknown>(MODULE_METADATA.IMPORTS)])
      visit((imported as { forwardRef?: () => unknown } | null)?.forwardRef?.() ?? imported);
  };
  const modules = Object.values(exported).filter(isModule);
  if (modules.length === 0)
    throw new TypeError(
      `${file} exports no module; export the @Module class of the context, so that its policies are seen`,
    );
  for (const module of modules) visit(module);

  return {
    subscriptions: [...controllers].flatMap((controller) => subscriptionOf(controller) ?? []),
    answers: [...controllers].flatMap(answersOf),
  };
}

const isModule = (value: unknown): value is object =>
  typeof value === 'function' &&
  Object.values(MODULE_METADATA).some((key) => Reflect.hasMetadata(key, value));

interface DynamicParts {
  readonly module?: unknown;
  readonly controllers?: object[];
  readonly imports?: unknown[];
}

function answersOf(controller: object): RequestContract[] {
  const found: RequestContract[] = [];
  let prototype = (controller as { prototype?: object }).prototype;
  const named = new Set<string>();
  for (; prototype && prototype !== Object.prototype; prototype = Object.getPrototypeOf(prototype) as object)
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (named.has(name) || typeof value !== 'function') continue;
      named.add(name);
      const extras = Reflect.getMetadata(PATTERN_EXTRAS_METADATA, value) as
        { contract?: RequestContract } | undefined;
      if (extras?.contract?.kind === 'request') found.push(extras.contract);
    }
  return found;
}
