import { AuthModule, type SigningKeys } from '@banyan/auth';
import type { MessageMap, Topology } from '@banyan/contracts';
import { BanyanLogger, httpAdapter, prepareHttp, serveOpenApi, trimIdempotencyKeys } from '@banyan/http';
import { BanyanStrategy } from '@banyan/messaging';
import { type DynamicModule, Logger, type LoggerService, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { definitionOf } from './context-module';
import { forwardContexts } from './forwarding';
import { answersOf, subscriptionsOf } from './handlers';
import { HealthController } from './health.controller';
import { Metrics } from './metrics';
import { poolBudget, sayPools } from './pools';
import { Runtime, type RuntimeSettings } from './runtime';
import { plantSeeds } from './seeds';
import { requestedSigningKeys } from './signing-keys';
import { loadMessageMap, loadTopology, TopologyError, TopologyPlacement } from './topology';

const PREFIX = 'api/v1';
const STOP_WITHIN_MS = 20_000;
/** Then connections are cut: of requests that take too long, and of clients that never come to the end of theirs. */
const ANSWER_WITHIN_MS = 5_000;

export interface HostOptions {
  /** (Default: the process's) */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** (Default: `topology.json` of the workspace, or beside the program) */
  readonly topology?: Topology;
  /** (Default: `message-map.json` likewise) */
  readonly map?: MessageMap;
  /** Port to listen on; 0 for any. (Default: `PORT`, otherwise the port of the deployable's url) */
  readonly port?: number;
  /** (Default: a BanyanLogger) */
  readonly logger?: LoggerService | false;
  /** Overrides of messaging, for tests and benchmarks. */
  readonly messaging?: RuntimeSettings['messaging'];
  /** Whose tokens are believed, given the keys that the signing context tells. For tests. (Default: these) */
  readonly signingKeys?: (told: SigningKeys) => SigningKeys;
  /** Stops on SIGTERM and SIGINT. (Default: true) */
  readonly signals?: boolean;
}

/** A deployable at work. */
export interface Host {
  readonly app: NestFastifyApplication;
  readonly runtime: Runtime;
  /** Where it listens. */
  readonly url: string;
  /** Stops claiming, finishes what is in hand, closes everything. */
  stop(): Promise<void>;
}

@Module({})
class HostModule {
  static of(runtime: Runtime, metrics: Metrics, keys: SigningKeys, contexts: readonly Type[]): DynamicModule {
    const shared: DynamicModule = {
      module: SharedModule,
      global: true,
      providers: [
        { provide: Runtime, useValue: runtime },
        { provide: Metrics, useValue: metrics },
      ],
      exports: [Runtime, Metrics],
    };
    return {
      module: HostModule,
      imports: [shared, CqrsModule.forRoot(), AuthModule.accepting(keys), ...contexts],
      controllers: [HealthController],
    };
  }
}

@Module({})
class SharedModule {}

/**
 * Runs a deployable: those of `contexts` that the topology places in it, their messaging and HTTP, and the forwarding of
 * the others. Resolves when it listens; a dependency that is away makes it not ready, never makes it exit.
 * Ends the process with one sentence when the topology or the port cannot be used.
 */
export async function host(
  deployable: string,
  contexts: readonly Type[],
  options: HostOptions = {},
): Promise<Host> {
  const logger = options.logger ?? new BanyanLogger({ base: { deployable } });
  if (logger !== false) Logger.overrideLogger(logger);
  try {
    return await start(deployable, contexts, { ...options, logger });
  } catch (error) {
    if (options.signals === false || !(error instanceof TopologyError || error instanceof PortInUse))
      throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

async function start(deployable: string, modules: readonly Type[], options: HostOptions): Promise<Host> {
  const { env = process.env, topology = loadTopology(), map = loadMessageMap() } = options;
  const contexts = modules.map((module) => ({ module, name: definitionOf(module).contract.name }));
  const placement = new TopologyPlacement(topology, deployable, Object.keys(map.contexts));
  const here = contexts.filter(({ name }) => placement.isHere(name));
  const elsewhere = contexts.filter(({ name }) => !placement.isHere(name));
  const missing =
    topology.deployables[deployable]?.contexts.filter(
      (name) => !contexts.some((context) => context.name === name),
    ) ?? [];
  if (missing.length > 0)
    throw new TopologyError(
      `${missing.join(', ')} is placed in ${deployable}, whose main.ts does not list it`,
    );

  const metrics = new Metrics();
  const runtime = new Runtime({
    env,
    placement,
    map,
    onAttempt: metrics.count,
    onUnheard: metrics.countUnheard,
    messaging: options.messaging,
  });
  metrics.watch(runtime);
  const keys = requestedSigningKeys(runtime);
  const root = HostModule.of(
    runtime,
    metrics,
    options.signingKeys?.(keys) ?? keys,
    here.map(({ module }) => module),
  );
  const app = await NestFactory.create<NestFastifyApplication>(root, httpAdapter(), {
    logger: options.logger,
    abortOnError: false,
  });
  await prepareHttp(app, { prefix: PREFIX });
  const fastify = app.getHttpAdapter().getInstance() as unknown as FastifyInstance;
  if (elsewhere.length > 0) await forwardContexts(fastify, placement, elsewhere, PREFIX);
  serveOpenApi(app, { title: `Banyan: ${deployable}` });

  const strategy = new BanyanStrategy();
  app.connectMicroservice({ strategy }, { inheritAppConfig: false });
  await app.startAllMicroservices();
  for (const answer of answersOf(strategy)) runtime.answering.add(answer);

  const url = await listen(app, options.port ?? portOf(topology, deployable, env));
  const handlers = new Map(here.map(({ name, module }) => [name, subscriptionsOf(app, strategy, module)]));
  await runtime.start((context) => handlers.get(context) ?? []);
  keys.start();
  const trimming = setInterval(() => void trimKeys(runtime), 10 * 60_000).unref();
  const seeding = env['SEED'] === '1' ? plantSeeds(app, runtime) : undefined;

  const telling = whenConnected(runtime, async () => {
    const budget = await poolBudget(runtime.all.map(({ database }) => database));
    new Logger('Host').log(`${deployable} ${sayPools(budget)}`);
  });

  let stopping: Promise<void> | undefined;
  const stop = () =>
    (stopping ??= (async () => {
      clearInterval(trimming);
      clearInterval(telling);
      seeding?.stop();
      keys.stop();
      const cutting = setTimeout(() => app.getHttpServer().closeAllConnections(), ANSWER_WITHIN_MS);
      await app.close();
      clearTimeout(cutting);
      await runtime.stop();
    })());
  if (options.signals !== false) stopOnSignals(stop);
  new Logger('Host').log(
    `${deployable} (${here.map(({ name }) => name).join(', ')}) listens on ${url}, messages go ${placement.transport}`,
  );
  return { app, runtime, url, stop };
}

/** Runs `then` once, as soon as every database answers. */
function whenConnected(runtime: Runtime, then: () => Promise<void>): NodeJS.Timeout {
  const timer = setInterval(() => {
    if (!runtime.all.every(({ messaging }) => messaging.serving)) return;
    clearInterval(timer);
    void then().catch((error: Error) => new Logger('Host').warn(error.message));
  }, 500).unref();
  return timer;
}

class PortInUse extends Error {}

async function listen(app: NestFastifyApplication, port: number): Promise<string> {
  try {
    await app.listen(port, '0.0.0.0');
  } catch (error) {
    if ((error as { code?: string }).code === 'EADDRINUSE') {
      throw new PortInUse(`Port ${port} is in use by another program; stop it, or set PORT to a free one`, {
        cause: error,
      });
    }
    throw error;
  }
  const address = app.getHttpServer().address() as { port: number };
  return `http://localhost:${address.port}`;
}

function portOf(
  topology: Topology,
  deployable: string,
  env: Readonly<Record<string, string | undefined>>,
): number {
  const set = env['PORT'];
  if (set !== undefined && set !== '') {
    const port = Number(set);
    if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
    throw new PortInUse(`PORT is "${set}"; set it to a number from 0 to 65535`);
  }
  const { port, protocol } = new URL(topology.deployables[deployable]?.url ?? 'http://localhost:3000');
  return port ? Number(port) : protocol === 'https:' ? 443 : 80;
}

async function trimKeys(runtime: Runtime): Promise<void> {
  for (const { database } of runtime.all) {
    await trimIdempotencyKeys(database).catch((error: Error) =>
      new Logger('Host').warn(`Idempotency keys were not trimmed: ${error.message}`),
    );
  }
}

function stopOnSignals(stop: () => Promise<void>): void {
  let asked = false;
  const end = (signal: NodeJS.Signals) => {
    if (asked) return;
    asked = true;
    new Logger('Host').log(`${signal}: finishing what is in hand`);
    setTimeout(() => {
      new Logger('Host').error(
        `Not everything ended within ${STOP_WITHIN_MS / 1000} s; what is left is done by whoever comes next`,
      );
      process.exit(1);
    }, STOP_WITHIN_MS).unref();
    void stop().then(
      () => process.exit(0),
      (error: Error) => {
        new Logger('Host').error(error.message, error.stack);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}
