/*
 * `nx serve <deployable>`: its servers, its databases, itself, and itself again after each edit.
 *
 *   node -r ./tools/dev/register.js tools/dev/serve.ts monolith
 *
 * DATABASE_URL, RABBITMQ_URL, PAYMENT_PROVIDER_URL and PORT say otherwise than the defaults; SEED=0 leaves the shop empty.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { watch } from 'chokidar';
import { Child } from './child';
import { root, textOf } from './keeping';
import {
  type DevelopmentProvider,
  developmentProvider,
  PROVIDER,
  providerIdentity,
  providerPort,
} from './payment-provider';
import { isFree } from './ports';
import { developmentPostgres } from './postgres';
import { type Broker, findBroker } from './rabbitmq';

/** An edit waits no longer than this for work in hand; whatever was cut short is done again after the restart. */
const RESTART_PATIENCE_MS = 1_500;
const STOP_PATIENCE_MS = 15_000;

interface Topology {
  readonly revision: number;
  readonly deployables: Record<string, { readonly contexts: string[]; readonly url: string }>;
}

const [deployable = ''] = process.argv.slice(2);
const program = `apps/${deployable}/src/main.ts`;
const topology = (): Topology => JSON.parse(readFileSync(join(root, 'topology.json'), 'utf8')) as Topology;

let app: Child | undefined;
let broker: Broker | undefined;
let provider: DevelopmentProvider | undefined;
let restarting: Promise<void> | undefined;
let again = false;
let stopping = false;

async function main(): Promise<void> {
  if (!existsSync(join(root, program)))
    throw new Error(`There is no deployable ${deployable || 'without a name'} in apps/.`);
  if (!isPlaced()) throw new Error(`${deployable} has no context: ${howToPlace()}`);
  const port = portOf(topology());
  if (!(await isFree(port))) {
    throw new Error(`Port ${port} is in use by another program: stop that one, or set PORT to a free port.`);
  }

  const postgres = await developmentPostgres();
  if (stopping) return postgres.leave();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
  stopWithParent();

  const start = async (): Promise<void> => {
    if (!isPlaced()) {
      await leaveProvider();
      console.log(`${deployable} has no context any more. Ctrl-C ends this; ${howToPlace()}`);
      return;
    }
    const env: NodeJS.ProcessEnv & { DATABASE_URL: string } = {
      ...process.env,
      NODE_ENV: 'development',
      DATABASE_URL: postgres.url,
      ...(await messaging()),
    };
    if (deployable === PROVIDER) env.PROVIDER_IDENTITY = providerIdentity(postgres.url);
    else Object.assign(env, await paying(env, restart));
    if (stopping) return leaveProvider();
    app = new Child(program, { BANYAN_PREPARE: '1', SEED: '1', ...env });
    const started = app;
    void started.ended.then((code) => {
      if (stopping || started !== app || restarting) return;
      console.error(`${deployable} ended (${code}); it starts again after the next edit.`);
    });
    void sayWhenReady(started, port, env);
  };

  const restart = (): void => {
    again = true;
    restarting ??= (async () => {
      while (again && !stopping) {
        again = false;
        await app?.stop(RESTART_PATIENCE_MS);
        await start().catch((error: Error) => console.error(error.message));
      }
      restarting = undefined;
    })();
  };

  async function stop(): Promise<void> {
    if (stopping) return void app?.stop(0);
    stopping = true;
    await watcher.close();
    await app?.stop(STOP_PATIENCE_MS);
    await leaveProvider();
    await broker?.leave();
    await postgres.leave();
    process.exit(0);
  }

  function stopWithParent(): void {
    const ancestors = (): string => `${process.ppid} ${parentOf(process.ppid)}`;
    const first = ancestors();
    setInterval(() => ancestors() !== first && void stop(), 1_000).unref();
  }

  const watched = [`apps/${deployable}`, 'libs', 'topology.json', 'message-map.json', 'tsconfig.base.json'];
  const watcher = watch(
    watched.map((path) => join(root, path)),
    { ignoreInitial: true, ignored: (path, stats) => !!stats?.isFile() && !isSource(path) },
  );
  let edits: NodeJS.Timeout | undefined;
  watcher.on('all', (event, path) => {
    if (event === 'addDir' || event === 'unlinkDir') return;
    clearTimeout(edits);
    edits = setTimeout(() => {
      console.log(`${path.slice(root.length + 1)} changed`);
      restart();
    }, 40);
  });
  await start();
}

const isSource = (path: string): boolean =>
  /\.(ts|json|sql)$/.test(path) && !/\.spec\.ts$|project\.json$|\.lock\.json$/.test(path);

/** Nx starts us by way of a shell, which would outlive it. Undefined where the system does not tell. */
const parentOf = (pid: number): string | undefined =>
  textOf(`/proc/${pid}/stat`)?.replace(/.*\)/s, '').trim().split(' ')[1];

/** The provider is nobody's context: it stands for another company. */
const isPlaced = (): boolean => deployable === PROVIDER || deployable in topology().deployables;

const howToPlace = (): string =>
  `npx nx g @banyan/tools:extract ${deployable.replace(/-service$/, '')} would place one there.`;

function portOf({ deployables }: Topology): number {
  if (deployable === PROVIDER)
    return providerPort({ PAYMENT_PROVIDER_PORT: process.env.PAYMENT_PROVIDER_PORT || process.env.PORT });
  return Number(process.env.PORT || new URL(deployables[deployable]!.url).port || 80);
}

/** Whoever hosts payments needs a provider; it goes again where payments do. */
async function paying(
  env: NodeJS.ProcessEnv & { readonly DATABASE_URL: string },
  restart: () => void,
): Promise<NodeJS.ProcessEnv> {
  if (!topology().deployables[deployable]?.contexts.includes('payments')) {
    await leaveProvider();
    return {};
  }
  if (!provider?.child?.running) {
    const started = (provider = await developmentProvider(env));
    void started.child?.ended.then(async (code) => {
      if (stopping || started !== provider) return;
      // Somebody else who started in the same moment was faster at its port.
      if (!(await isFree(Number(new URL(started.url).port)))) return restart();
      console.error(`The payment provider ended (${code}); it starts again after the next edit.`);
    });
  }
  return { PAYMENT_PROVIDER_URL: provider.url };
}

async function leaveProvider(): Promise<void> {
  const { child } = provider ?? {};
  provider = undefined;
  await child?.stop(STOP_PATIENCE_MS);
}

/**
 * A broker once there is more than one deployable, and after a return to a single one as well: queues may still hold
 * messages then, which the monolith takes over before it starts.
 */
async function messaging(): Promise<NodeJS.ProcessEnv> {
  if (deployable === PROVIDER) return {};
  const { deployables, revision } = topology();
  const several = Object.keys(deployables).length > 1;
  if (!several && revision === 1) return {};
  try {
    broker ??= await tellingOf(findBroker());
  } catch (error) {
    if (several) throw error;
    console.error((error as Error).message);
    return {};
  }
  return {
    RABBITMQ_URL: broker.url,
    ...(broker.found === 'localhost' && { RABBITMQ_PREFIX: checkoutPrefix() }),
  };
}

/** To start one, or even to download it, takes its time. */
async function tellingOf(finding: Promise<Broker>): Promise<Broker> {
  const telling = setTimeout(
    () =>
      console.log('Looking for a RabbitMQ, or starting one: .data/rabbitmq/keeper.log says what is done.'),
    1_500,
  );
  return finding.finally(() => clearTimeout(telling));
}

/** Keeps this checkout's names apart on a broker that others may use too. */
const checkoutPrefix = (): string => `banyan-${createHash('sha256').update(root).digest('hex').slice(0, 6)}`;

/** Prints the banner once, the first time that the app answers as ready. */
async function sayWhenReady(child: Child, port: number, env: NodeJS.ProcessEnv): Promise<void> {
  const patience = Date.now() + 12_000;
  let told = '';
  while (child.running && !said) {
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    if (ready?.ok && child.running && !said) {
      said = true;
      console.log(banner(port, env));
    } else if (ready && !ready.ok && Date.now() > patience) {
      const reasons = reasonsIn(await ready.json().catch(() => undefined));
      if (reasons !== told) console.log(`${deployable} is not ready:\n    ${reasons}`);
      told = reasons;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Each reason once, behind the names of those that have it. */
function reasonsIn(health: unknown): string {
  const { details = {} } = (health ?? {}) as { details?: Record<string, { reasons?: string[] }> };
  const by = new Map<string, string[]>();
  for (const [part, { reasons = [] }] of Object.entries(details))
    for (const reason of reasons) by.set(reason, [...(by.get(reason) ?? []), part]);
  return [...by].map(([reason, parts]) => `${parts.join(', ')}: ${reason}`).join('\n    ');
}

let said = false;

const TOKENS = 'tok_ok, tok_declined, tok_slow, tok_flaky, tok_lost_reply';

/** What to open and what to try. A service has no door of its own for clients: they keep coming to the monolith's. */
function banner(port: number, env: NodeJS.ProcessEnv): string {
  const { deployables } = topology();
  const shop = deployables['monolith']?.url;
  const here = `http://localhost:${port}`;
  const [[, left] = []] = Object.entries(deployables).filter(([name]) => name !== 'monolith');
  const what =
    deployable === PROVIDER
      ? `it takes ${TOKENS}`
      : (deployables[deployable]?.contexts.join(', ') ?? 'no context is placed here');
  const lines = {
    open: `${here}/${deployable === PROVIDER ? 'ledger' : 'docs'}`,
    ...(deployable === 'monolith'
      ? {
          browse: `curl '${here}/api/v1/products?limit=3'`,
          'sign in': `export TOKEN=$(npm run --silent token -- ann${here === shop ? '' : ` --url ${here}`})`,
          ...(left
            ? { absorb: `npx nx g @banyan/tools:absorb ${left.contexts[0]}` }
            : { extract: 'npx nx g @banyan/tools:extract orders' }),
        }
      : shop && deployable !== PROVIDER && { shop: `${shop}, as before: npx nx serve monolith` }),
    ...(provider && {
      payments: `${provider.url}/ledger is what the simulated provider took, from ${TOKENS}`,
    }),
    data: env.DATABASE_URL,
    ...(env.RABBITMQ_URL && { broker: env.RABBITMQ_URL }),
  };
  const said = Object.entries(lines).map(([name, what]) => `    ${name.padEnd(8)} ${what}`);
  return `
  ${deployable} is ready: ${what}

${said.join('\n')}

  Edits restart it; Ctrl-C stops it and what it started.
`;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
