import { TopologyPlacement, parseTopology } from '@banyan/hosting';
import { validate } from 'dockerfile-utils';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { problemsOf } from './checks/problems';
import { draftsOf, manifestsOf } from './files';
import { secretsOf } from './secrets';
import type { Draft, Manifest } from './manifest';
import { neededEdges, tell } from './shop/edges';
import { readShop } from './shop/read';
import { type Shop, shopOf } from './shop/shop';
import { STOP_WITHIN_SECONDS } from './shop/stopping';
import { allApart, CONTEXTS, extracted, monolithAlone, shopWith, topologyOf } from './testing/placements';
import { filesIn, root, staleFiles, textsOf } from './workspace';
import { yamlOf } from './yaml';

const problemsWith = (shop: Shop): string[] => problemsOf(draftsOf(shop), shop);

const find = (drafts: readonly Draft[], kind: string, name: string): Manifest =>
  manifestsOf(drafts).find((each) => each.kind === kind && each.metadata.name === name)!;

const fileOf = (drafts: readonly Draft[], path: string): any => {
  const { content } = drafts.find((draft) => draft.path === path)!;
  return 'yaml' in content ? content.yaml : undefined;
};

describe('The committed deployment', () => {
  it('is what topology.json and message-map.json give', async () => {
    const shop = readShop(root);

    expect(staleFiles(filesIn(join(root, 'deploy')), await textsOf(shop))).toEqual([]);
    expect(problemsWith(shop)).toEqual([]);
  });

  it('is told to be stale, file by file, when a context was extracted since', async () => {
    const before = await textsOf(shopWith(monolithAlone));
    const after = await textsOf(shopWith(extracted('orders')));

    expect(staleFiles(before, after)).toEqual(
      expect.arrayContaining([
        'deploy/compose.yaml is not current',
        'deploy/kubernetes/base/topology.json is not current',
        'deploy/kubernetes/base/orders-service.yaml is missing',
      ]),
    );
    expect(staleFiles(after, before)).toContain(
      'deploy/kubernetes/base/orders-service.yaml belongs to nothing',
    );
    expect(
      staleFiles(
        new Map([...after, ['kubernetes/overlays/mine/kustomization.yaml', 'kind: Kustomization']]),
        after,
      ),
    ).toEqual([]);
  });
});

describe('A generated deployment', () => {
  it.each([
    ['the monolith alone', shopWith(monolithAlone)],
    ['the monolith, with queues to empty', shopWith(monolithAlone, { keepBroker: true })],
    ...CONTEXTS.map((context): [string, Shop] => [`${context} extracted`, shopWith(extracted(context))]),
    ['all apart', shopWith(allApart)],
  ])('holds together with %s', (_, shop) => {
    expect(problemsWith(shop)).toEqual([]);
  });

  it('holds together wherever contexts are placed', () => {
    const partition = fc
      .array(fc.constantFrom('monolith', 'one', 'two', 'three'), {
        minLength: CONTEXTS.length,
        maxLength: CONTEXTS.length,
      })
      .map((places) =>
        Object.fromEntries(
          [...new Set(places)].map((name) => [name, CONTEXTS.filter((_, at) => places[at] === name)]),
        ),
      );

    fc.assert(
      fc.property(partition, (placement) => {
        expect(problemsWith(shopWith(placement))).toEqual([]);
      }),
      { numRuns: 12 },
    );
  });

  it('is the same for the same shop, and reads back as it was meant', async () => {
    const shop = shopWith(extracted('orders'));
    const texts = await textsOf(shop);

    expect(await textsOf(shopWith(extracted('orders')))).toEqual(texts);
    for (const { path, content } of draftsOf(shop)) {
      const text = texts.get(path)!;
      if ('manifests' in content)
        expect(parseAllDocuments(text).map((each) => each.toJSON() as unknown)).toEqual(content.manifests);
      if ('yaml' in content) expect(parse(text)).toEqual(content.yaml);
    }
  });

  it.each([
    '',
    ' a',
    'a ',
    '12',
    '1e3',
    'true',
    'No',
    'a: b',
    'a:',
    'a #b',
    "it's",
    '"',
    '{a}',
    '- a',
    '*a',
    '&a',
    '0.5',
    '.5',
  ])('writes the text "%s" so that it reads back as one', (text) => {
    expect(parse(yamlOf({ text, [text]: [text, { text: [[text], []] }] }))).toEqual({
      text,
      [text]: [text, { text: [[text], []] }],
    });
  });

  it('writes any value so that it reads back as it was', () => {
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.string({ unit: 'grapheme-ascii' }),
        fc.integer(),
        fc.boolean(),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(fc.string({ unit: 'grapheme-ascii', minLength: 1 }), tie('value'), { maxKeys: 3 }),
      ),
    }));

    fc.assert(
      fc.property(value, (each) => {
        expect(parse(yamlOf({ each }))).toEqual({ each });
      }),
      { numRuns: 200 },
    );
  });

  it('has a topology that its processes accept, with addresses that hold in a cluster', async () => {
    const text = (await textsOf(shopWith(extracted('orders')))).get('kubernetes/base/topology.json')!;
    const placement = new TopologyPlacement(parseTopology(text), 'monolith', CONTEXTS);

    expect(placement.urlOf('orders')).toBe('http://orders-service:3001');
    expect(placement.revision).toBe(3);
  });

  it('gives the database of a context to the deployable that hosts it, and to the migrations', () => {
    const secrets = secretsOf(manifestsOf(draftsOf(shopWith(extracted('orders')))));
    const readersOf = (name: string) => secrets.find((secret) => secret.name === name)?.readers;

    expect(readersOf('orders-database')).toEqual(['migrations', 'orders-service']);
    expect(readersOf('catalog-database')).toEqual(['migrations', 'monolith']);
    expect(readersOf('postgres-superuser')).toEqual(['migrations', 'payment-provider-schema']);
    expect(readersOf('orders-service-broker')).toEqual(['orders-service']);
  });

  it('opens the ways that are needed, and no others', () => {
    expect(
      neededEdges(shopWith(extracted('orders')))
        .map(tell)
        .sort(),
    ).toEqual([
      'clients -> monolith:3000',
      'migrations -> postgres:5432',
      'monitoring -> monolith:3000',
      'monitoring -> orders-service:3001',
      'monolith -> mail:465',
      'monolith -> mail:587',
      'monolith -> orders-service:3001',
      'monolith -> payment-provider:3010',
      'monolith -> postgres:5432',
      'monolith -> rabbitmq:5672',
      'orders-service -> postgres:5432',
      'orders-service -> rabbitmq:5672',
      'payment-provider -> postgres:5432',
      'payment-provider-schema -> postgres:5432',
      'topology -> rabbitmq:5672',
    ]);
  });

  it('has no broker while messages go in process, unless one is to be emptied', () => {
    const kinds = (shop: Shop) => manifestsOf(draftsOf(shop)).map(({ kind }) => kind);

    expect(kinds(shopWith(monolithAlone))).not.toContain('RabbitmqCluster');
    expect(kinds(shopWith(monolithAlone, { keepBroker: true }))).toContain('RabbitmqCluster');
  });

  it('lets each deployable do at the broker what it must', () => {
    expect(
      find(draftsOf(shopWith(extracted('orders'))), 'Permission', 'orders-service').spec.permissions,
    ).toEqual({
      configure: '^(banyan\\.requests\\.orders)$',
      write: '^(banyan\\.events|amq\\.default)$',
      read: '^(banyan\\.orders|banyan\\.requests\\.orders)$',
    });
  });

  it('opens every service to clients where no door is left', () => {
    expect(shopWith(allApart).places.every(({ door }) => door)).toBe(true);
    expect(shopWith(extracted('orders')).places.map(({ door }) => door)).toEqual([true, false]);
  });

  it('gives a process more time to stop than it takes', () => {
    const host = readFileSync(join(root, 'libs/platform/hosting/src/host.ts'), 'utf8');

    expect(host).toContain(`STOP_WITHIN_MS = ${STOP_WITHIN_SECONDS}_000`);
  });

  it('tells each container of a compose file its own databases only', () => {
    const { services } = fileOf(draftsOf(shopWith(extracted('orders'))), 'compose.yaml');
    const databases = (service: string) =>
      Object.keys(services[service].environment).filter((name) => name.endsWith('DATABASE_URL'));

    expect(databases('orders-service')).toEqual(['ORDERS_DATABASE_URL']);
    expect(databases('monolith')).not.toContain('ORDERS_DATABASE_URL');
    expect(services['orders-service'].depends_on).toEqual({
      migrations: { condition: 'service_completed_successfully' },
      topology: { condition: 'service_completed_successfully' },
    });
    expect(services['orders-service'].ports).toBeUndefined();
    expect(services.monolith.ports).toEqual(['127.0.0.1:3000:3000']);
  });
});

describe('The check of a deployment', () => {
  const shop = shopWith(extracted('orders'));

  /** What the check says of a deployment in which something was changed by hand. */
  const problemsAfter = (change: (drafts: Draft[]) => void): string[] => {
    const drafts = structuredClone(draftsOf(shop));
    change(drafts);
    return problemsOf(drafts, shop);
  };
  const monolith = (drafts: readonly Draft[]) => find(drafts, 'Deployment', 'monolith').spec.template.spec;

  it.each<[string, (drafts: Draft[]) => void, string]>([
    [
      'a way that was closed',
      (drafts) => find(drafts, 'NetworkPolicy', 'orders-service').spec.egress.shift(),
      'orders-service -> postgres:5432 is needed, but no policy allows it',
    ],
    [
      'a way that was opened',
      (drafts) => {
        find(drafts, 'NetworkPolicy', 'rabbitmq').spec.ingress[0].from.push({ podSelector: {} });
        find(drafts, 'NetworkPolicy', 'payment-provider').spec.egress.push({});
      },
      'payment-provider -> rabbitmq:5672 is allowed, but nobody needs it',
    ],
    [
      'that nothing is denied any more',
      (drafts) => {
        find(drafts, 'NetworkPolicy', 'default-deny').spec.policyTypes = [];
        find(drafts, 'NetworkPolicy', 'names').spec.policyTypes = [];
        find(drafts, 'NetworkPolicy', 'payment-provider').spec.policyTypes = ['Ingress'];
      },
      'payment-provider -> mail:465 is allowed, but nobody needs it',
    ],
    [
      'a wrong port of a service',
      (drafts) => (find(drafts, 'Service', 'orders-service').spec.ports[0].port = 3005),
      'orders-service is looked for at http://orders-service:3001, where no service is',
    ],
    [
      'a wrong port of a container',
      (drafts) => (monolith(drafts).containers[0].ports[0].containerPort = 3005),
      'Deployment monolith names port 3005, but PORT says 3000',
    ],
    [
      'a wrong port in a policy',
      (drafts) => (find(drafts, 'NetworkPolicy', 'orders-service').spec.ingress[0].ports[0].port = 3002),
      'monolith -> orders-service:3001 is needed, but no policy allows it',
    ],
    [
      'a service that selects nobody',
      (drafts) =>
        (find(drafts, 'Service', 'orders-service').spec.selector = { 'app.kubernetes.io/name': 'order' }),
      'Service orders-service selects 0 workloads',
    ],
    [
      'the database of another context',
      (drafts) => {
        const { env } = find(drafts, 'Deployment', 'orders-service').spec.template.spec.containers[0];
        env.find(({ name }: any) => name === 'ORDERS_DATABASE_URL').valueFrom.secretKeyRef.name =
          'users-database';
      },
      'Secret users-database is read by migrations, monolith, orders-service; it is for migrations, monolith',
    ],
    [
      'a process that is killed too soon',
      (drafts) => (monolith(drafts).terminationGracePeriodSeconds = 20),
      'Deployment monolith is killed before it can have stopped',
    ],
    [
      'a pod that may run as root',
      (drafts) => delete monolith(drafts).securityContext.runAsNonRoot,
      'Deployment monolith may run as root',
    ],
    [
      'variables that are made of services',
      (drafts) => delete monolith(drafts).enableServiceLinks,
      'Deployment monolith is given a variable for every service of the namespace',
    ],
    [
      'a file that is not there',
      (drafts) => fileOf(drafts, 'kubernetes/base/kustomization.yaml').resources.push('users-service.yaml'),
      'kubernetes/base/kustomization.yaml lists users-service.yaml, which is not there',
    ],
    [
      'a file that nobody applies',
      (drafts) => fileOf(drafts, 'kubernetes/base/kustomization.yaml').resources.shift(),
      'kubernetes/base/monolith.yaml is in no kustomization',
    ],
    [
      'a configuration that nobody makes',
      (drafts) => (monolith(drafts).volumes[0].configMap.name = 'placement'),
      'Deployment monolith mounts placement, which nobody makes',
    ],
    [
      'a field that is mistyped',
      (drafts) => (monolith(drafts).terminationGracePeriod = 30),
      'No published schema was asked about spec.template.spec.terminationGracePeriod of apps/v1 Deployment',
    ],
    [
      'a field of another type',
      (drafts) => (find(drafts, 'HorizontalPodAutoscaler', 'monolith').spec.maxReplicas = '4'),
      'spec.maxReplicas of autoscaling/v2 HorizontalPodAutoscaler is "4"; published schemas accepted integer',
    ],
    [
      'a caller that Linkerd refuses',
      (drafts) =>
        (find(drafts, 'MeshTLSAuthentication', 'orders-service-callers').spec.identityRefs[0].name =
          'catalog'),
      'Linkerd refuses monolith -> orders-service:3001, which is called',
    ],
    [
      'a caller that Istio lets through',
      (drafts) =>
        manifestsOf(drafts)
          .find(
            ({ apiVersion, metadata }) =>
              apiVersion === 'security.istio.io/v1' && metadata.name === 'monolith',
          )!
          .spec.rules[0].from.push({ source: { principals: ['cluster.local/ns/banyan/sa/orders-service'] } }),
      'Istio lets through orders-service -> monolith:3000, which nobody calls',
    ],
    [
      'a split that loses requests',
      (drafts) => (find(drafts, 'HTTPRoute', 'monolith').spec.rules[0].backendRefs[0].weight = 90),
      'HTTPRoute monolith shares out 90 of 100 requests',
    ],
    [
      'a split to nowhere',
      (drafts) =>
        (find(drafts, 'VirtualService', 'orders-service').spec.http[0].route[0].destination.port.number = 80),
      'VirtualService orders-service leads to orders-service:80, which is not there',
    ],
  ])('notices %s', (_, change, sentence) => {
    expect(problemsAfter(change)).toContainEqual(expect.stringContaining(sentence));
  });

  it.each([
    ['USER 1000:1000', 'USER root', 'runs as root'],
    ['USER 1000:1000', '', 'runs as root'],
    ['CMD ["node", "main.js"]', 'CMD node main.js', 'runs under a shell'],
    ['--from=build /app ./', '--from=built /app ./', 'copies from built, which is no stage before it'],
    ['ENV PORT=3000', 'ENV DATABASE_URL=postgres://a:b@c/d', 'stays in the image'],
    [
      'FROM node:${NODE_VERSION}-bookworm-slim AS deployable',
      'FROM node AS deployable',
      'which has no version',
    ],
    ['HEALTHCHECK', '#', 'nothing asks how it is'],
    ['COPY . .', 'COPYY . .', 'is no instruction'],
  ])('notices in a Dockerfile that "%s" became "%s"', (what, instead, sentence) => {
    const problems = problemsAfter((drafts) => {
      const { content } = drafts.find(({ path }) => path === 'Dockerfile')!;
      if ('text' in content) Object.assign(content, { text: content.text.replaceAll(what, instead) });
    });

    expect(problems).toContainEqual(expect.stringContaining(sentence));
  });
});

describe('A linter of Dockerfiles', () => {
  const { text } = draftsOf(shopWith(monolithAlone)).find(({ path }) => path === 'Dockerfile')!.content as {
    text: string;
  };
  const complaints = (dockerfile: string) => validate(dockerfile, {}).map(({ message }) => message);

  it('has nothing to say to ours', () => {
    expect(complaints(text)).toEqual([]);
  });

  it.each([
    ['COPY . .', 'COPYY . .', 'Unknown instruction: COPYY'],
    ['HEALTHCHECK --interval', 'HEALTHCHECK --intervall', 'Unknown flag: intervall'],
  ])('would complain if "%s" became "%s"', (what, instead, complaint) => {
    expect(text).toContain(what);
    expect(complaints(text.replace(what, instead))).toContainEqual(complaint);
  });
});

describe('A placement that cannot be deployed', () => {
  const source = {
    topology: topologyOf({ monolith: ['orders'] }),
    map: { contexts: { orders: { answers: [], asks: [], publishes: [], subscribes: {} } } },
    listed: { monolith: ['orders'] },
    version: '1.2.3',
  };

  it('is refused, with a sentence that says what to change', () => {
    const { revision, deployables } = source.topology;
    const at = (url: string) => ({
      ...source,
      topology: { revision, deployables: { monolith: { ...deployables['monolith']!, url } } },
    });

    expect(() => shopOf(source)).not.toThrow();
    expect(() => shopOf({ ...source, listed: {} })).toThrow('apps/monolith/src/main.ts does not list it');
    expect(() => shopOf({ ...source, topology: { revision: 1, deployables: {} } })).toThrow(
      'orders placed nowhere',
    );
    expect(() => shopOf(at('https://shop.example'))).toThrow('give it a port from 1024 on');
    expect(() => readShop(root, { topology: '/nowhere.json' })).toThrow('There is no file /nowhere.json');
  });
});
