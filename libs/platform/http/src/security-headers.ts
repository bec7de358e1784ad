import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import fastify, { type FastifyInstance } from 'fastify';

/** A page that loads its own scripts, styles and pictures; on plain http as well. */
const PAGE: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    directives: { upgradeInsecureRequests: null, imgSrc: ["'self'", 'data:'], scriptSrc: ["'self'"] },
  },
};

/** Data that no browser should ever show as a page. What speaks of pages only is left out: it is sent with every answer. */
const DATA: FastifyHelmetOptions = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  },
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xFrameOptions: { action: 'deny' },
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
};

/**
 * Sends helmet's headers: those of a page under `/docs`, those of data elsewhere. They never change, so helmet is asked
 * once, and not, as its plugin would, to build them for every request.
 */
export async function registerSecurityHeaders(app: FastifyInstance): Promise<void> {
  const [page, data] = await Promise.all([headersOf(PAGE), headersOf(DATA)]);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(request.url.startsWith('/docs') ? page : data);
    done();
  });
}

/** What every answer has anyway. */
const PLAIN = ['content-type', 'content-length', 'date', 'connection'];

async function headersOf(options: FastifyHelmetOptions): Promise<Record<string, string>> {
  const probe = fastify();
  await probe.register(helmet, options);
  probe.get('/', () => '');
  const { headers } = await probe.inject('/');
  await probe.close();
  const kept = Object.entries(headers).filter(([name]) => !PLAIN.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}
