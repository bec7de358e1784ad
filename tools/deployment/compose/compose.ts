import { applicationRole, databaseVariable } from '@banyan/persistence';
import type { Draft } from '../manifest';
import {
  AMQP_PORT,
  DATABASE,
  MIGRATIONS,
  POSTGRES,
  POSTGRES_PORT,
  PROVIDER,
  PROVIDER_MIGRATIONS,
  PROVIDER_PORT,
  PROVIDER_SCHEMA,
  RABBITMQ,
  TOPOLOGY,
  TOPOLOGY_FOLDER,
} from '../shop/names';
import { connections } from '../shop/sizes';
import type { Place, Shop } from '../shop/shop';
import { applyTopology, prepareContexts, prepareProvider } from '../images/commands';
import { POSTGRES_IMAGE, RABBITMQ_IMAGE } from '../images/servers';
import { GRACE_SECONDS } from '../shop/stopping';

/** The placement on one machine: `docker compose --env-file deploy/compose.env -f deploy/compose.yaml up --build --wait`. */
export const compose = (shop: Shop): Draft[] => [
  { path: 'compose.yaml', content: { yaml: composeFile(shop) } },
  { path: 'compose.env.example', content: { text: environment(shop) } },
];

const healthy = { condition: 'service_healthy' };
const done = { condition: 'service_completed_successfully' };

function composeFile(shop: Shop) {
  const { places, broker, provider } = shop;
  return {
    name: 'banyan',
    services: {
      [POSTGRES]: postgres(shop),
      ...(broker && { [RABBITMQ]: rabbitmq }),
      [MIGRATIONS]: job(prepareContexts, [POSTGRES], {
        DATABASE_URL: adminUrl,
        ...contextUrls(shop.contexts),
      }),
      ...(provider && {
        [PROVIDER_MIGRATIONS]: job(prepareProvider, [POSTGRES], {
          DATABASE_URL: adminUrl,
          ...contextUrls([PROVIDER_SCHEMA]),
        }),
      }),
      ...(broker && { [TOPOLOGY]: job(applyTopology, [RABBITMQ], { RABBITMQ_URL: brokerUrl }) }),
      ...Object.fromEntries(places.map((place) => [place.name, deployable(place, shop)])),
      ...(provider && {
        [PROVIDER]: {
          ...image(PROVIDER),
          depends_on: { [PROVIDER_MIGRATIONS]: done },
          environment: { PORT: String(PROVIDER_PORT), ...contextUrls([PROVIDER_SCHEMA]) },
          ...confined,
        },
      }),
    },
    volumes: { [POSTGRES]: {}, ...(broker && { [RABBITMQ]: {} }) },
  };
}

/** Compose says which one is missing, and starts nothing. */
const secret = (name: string) => `\${${name}:?}`;
const adminUrl = `postgres://postgres:${secret('POSTGRES_PASSWORD')}@${POSTGRES}:${POSTGRES_PORT}/${DATABASE}`;
const brokerUrl = `amqp://banyan:${secret('RABBITMQ_PASSWORD')}@${RABBITMQ}:${AMQP_PORT}`;
const passwordVariable = (context: string) => databaseVariable(context).replace(/URL$/, 'PASSWORD');

const contextUrls = (contexts: readonly string[]) =>
  Object.fromEntries(
    contexts.map((context) => [
      databaseVariable(context),
      `postgres://${applicationRole(context)}:${secret(passwordVariable(context))}@${POSTGRES}:${POSTGRES_PORT}/${DATABASE}`,
    ]),
  );

const confined = {
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
  restart: 'unless-stopped',
  stop_grace_period: `${GRACE_SECONDS}s`,
};

const image = (name: string) => ({
  image: `banyan/${name}:\${TAG:-dev}`,
  build: {
    context: '..',
    dockerfile: 'deploy/Dockerfile',
    target: 'deployable',
    args: { DEPLOYABLE: name },
  },
});

const topologyFile = `./topology.json:${TOPOLOGY_FOLDER}/topology.json:ro`;

const deployable = ({ name, contexts, port, door, needs }: Place, { broker }: Shop) => ({
  ...image(name),
  depends_on: { [MIGRATIONS]: done, ...(broker && { [TOPOLOGY]: done }) },
  environment: {
    PORT: String(port),
    BANYAN_TOPOLOGY: `${TOPOLOGY_FOLDER}/topology.json`,
    SEED: '${SEED:-0}',
    ...contextUrls(contexts),
    ...(broker && { RABBITMQ_URL: brokerUrl }),
    ...(needs.provider && { PAYMENT_PROVIDER_URL: `http://${PROVIDER}:${PROVIDER_PORT}` }),
    ...(needs.keySecret && { USERS_KEY_SECRET: secret('USERS_KEY_SECRET') }),
    ...(needs.mail && { SMTP_URL: '${SMTP_URL:-}' }),
  },
  ...(door && { ports: [`127.0.0.1:${port}:${port}`] }),
  volumes: [topologyFile],
  ...confined,
});

const job = (command: readonly string[], after: readonly string[], environment: Record<string, string>) => ({
  image: 'banyan/operations:${TAG:-dev}',
  build: { context: '..', dockerfile: 'deploy/Dockerfile', target: 'operations' },
  command,
  depends_on: Object.fromEntries(after.map((server) => [server, healthy])),
  environment,
  ...confined,
  restart: 'on-failure:5',
});

const postgres = (shop: Shop) => ({
  image: POSTGRES_IMAGE,
  command: ['postgres', '-c', `max_connections=${connections(shop, 1)}`],
  environment: { POSTGRES_DB: DATABASE, POSTGRES_PASSWORD: secret('POSTGRES_PASSWORD') },
  volumes: [`${POSTGRES}:/var/lib/postgresql`],
  healthcheck: {
    test: ['CMD', 'pg_isready', '--username', 'postgres', '--dbname', DATABASE],
    interval: '2s',
    retries: 30,
  },
  restart: 'unless-stopped',
});

const rabbitmq = {
  image: RABBITMQ_IMAGE,
  // Its data lies under the name of the host.
  hostname: RABBITMQ,
  environment: { RABBITMQ_DEFAULT_USER: 'banyan', RABBITMQ_DEFAULT_PASS: secret('RABBITMQ_PASSWORD') },
  volumes: [`${RABBITMQ}:/var/lib/rabbitmq`],
  healthcheck: {
    test: ['CMD', 'rabbitmq-diagnostics', '--quiet', 'check_port_connectivity'],
    interval: '5s',
    timeout: '10s',
    retries: 20,
  },
  restart: 'unless-stopped',
};

/** Names alone: values are nobody's but the operator's. */
function environment({ contexts, broker, provider, places }: Shop): string {
  const passwords = [
    'POSTGRES_PASSWORD',
    ...contexts.map(passwordVariable),
    ...(provider ? [passwordVariable(PROVIDER_SCHEMA)] : []),
    ...(broker ? ['RABBITMQ_PASSWORD'] : []),
  ];
  return [
    '# Copy to compose.env. Passwords stand in addresses: use letters and digits only, such as openssl rand -hex 16 gives.',
    ...passwords.map((name) => `${name}=`),
    ...(places.some(({ needs }) => needs.keySecret)
      ? ['# At least 32 characters; private keys are stored under it.', 'USERS_KEY_SECRET=']
      : []),
    ...(places.some(({ needs }) => needs.mail)
      ? ['# smtp://user:password@host:port. (Default: no mail leaves)', '#SMTP_URL=']
      : []),
    '# 1 plants products and stock; accounts with known passwords are never made here. (Default: 0)',
    '#SEED=1',
    '# Tag of the images that are built. (Default: dev)',
    '#TAG=',
    '',
  ].join('\n');
}
