import type { ContextContract } from '@banyan/contracts';
import { Idempotency, idempotencyMigration } from '@banyan/http';
import { awaitedContexts, Contexts, EventPublisher, messageTables, Timers } from '@banyan/messaging';
import { Database, type Migration, Transaction } from '@banyan/persistence';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import type { EntitySchema } from 'typeorm';
import { Runtime } from './runtime';

/** Data for development, put in once. */
export interface Seed {
  /** Does nothing where data is. */
  run(): Promise<void>;
}

/** Rows that are kept for reading, and can be made anew from what they were made of. */
export interface ReadModel {
  /** Such as `orders/history`. */
  readonly name: string;
  /**
   * Makes each row anew, while the context goes on working, and mends those that differ; with `check` it only counts
   * them. Tells `onProgress` how many rows of how many it has been through.
   */
  rebuild(options: {
    readonly check?: boolean;
    onProgress?(done: number, of: number): void;
  }): Promise<{ readonly rows: number; readonly differing: number }>;
}

export interface ContextOptions {
  /** Rows that TypeORM maps. (Default: none) */
  readonly tables?: readonly EntitySchema[];
  /** The context's own migrations, in order. (Default: none) */
  readonly migrations?: readonly Migration[];
  /** PostgreSQL extensions that it relies on. (Default: none) */
  readonly extensions?: readonly string[];
  /** A provider of the module that fills an empty context. (Default: none) */
  readonly seed?: Type<Seed>;
  /** What `npm run rebuild` makes anew; each is constructed with the context's Database. (Default: none) */
  readonly readModels?: readonly (new (database: Database) => ReadModel)[];
}

/** What hosting knows of a context. */
export interface ContextDefinition {
  readonly contract: ContextContract;
  readonly tables: readonly EntitySchema[];
  /** The platform's first. */
  readonly migrations: readonly Migration[];
  readonly extensions: readonly string[];
  readonly seed?: Type<Seed>;
  readonly readModels: readonly (new (database: Database) => ReadModel)[];
}

const definitions = new WeakMap<object, ContextDefinition>();

/** Gives a context its seam: what it may inject, bound to its own database and name. */
@Module({})
export class ContextModule {
  /** To be imported by the context's own module. */
  static of(contract: ContextContract, options: ContextOptions = {}): DynamicModule {
    const definition: ContextDefinition = {
      contract,
      tables: options.tables ?? [],
      migrations: [messageTables, awaitedContexts, idempotencyMigration, ...(options.migrations ?? [])],
      extensions: options.extensions ?? [],
      seed: options.seed,
      readModels: options.readModels ?? [],
    };
    const from = <T>(token: unknown, pick: (runtime: Runtime) => T) => ({
      provide: token as Type<T>,
      useFactory: pick,
      inject: [Runtime],
    });
    const here = (runtime: Runtime) => runtime.hosted(definition);
    const module: DynamicModule = {
      module: ContextModule,
      providers: [
        from(Database, (runtime) => here(runtime).database),
        from(Transaction, (runtime) => here(runtime).database),
        from(EventPublisher, (runtime) => here(runtime).messaging.outbox),
        from(Timers, (runtime) => here(runtime).messaging.timers),
        from(Contexts, (runtime) => runtime.requests),
        from(Idempotency, (runtime) => new Idempotency(here(runtime).database, here(runtime).database)),
      ],
      exports: [Database, Transaction, EventPublisher, Timers, Contexts, Idempotency],
    };
    definitions.set(module, definition);
    return module;
  }
}

/** What `ContextModule.of` was told by the module of a context. @throws TypeError when it imports none. */
export function definitionOf(module: Type): ContextDefinition {
  const imports = (Reflect.getMetadata('imports', module) ?? []) as object[];
  const definition = imports.map((each) => definitions.get(each)).find((each) => each !== undefined);
  if (!definition)
    throw new TypeError(`${module.name} is no context: it does not import ContextModule.of(…)`);
  return definition;
}

/** The controllers of a context's module and of the modules that it imports, policies among them. */
export function controllersOf(module: Type): Type[] {
  const own = (Reflect.getMetadata('controllers', module) ?? []) as Type[];
  const imports = (Reflect.getMetadata('imports', module) ?? []) as unknown[];
  return [
    ...own,
    ...imports.filter((each): each is Type => typeof each === 'function').flatMap(controllersOf),
  ];
}
