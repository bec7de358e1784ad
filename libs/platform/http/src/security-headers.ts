import helmet from '@fastify/helmet';
import fastify, { type FastifyInstance } from 'fastify';

/** What every answer has anyway. */
const PLAIN = ['content-type', 'content-length', 'date', 'connection'];

/**
 * Sends helmet's headers with every answer, with a policy under which the docs page works, on plain http as well.
 * They never change, so helmet is asked once, and not, as its plugin would, to build them for every request.
 */
export async function registerSecurityHeaders(app: FastifyInstance): Promise<void> {
  const probe = fastify();
  await probe.register(helmet, {
    contentSecurityPolicy: {
      directives: { upgradeInsecureRequests: null, imgSrc: ["'self'", 'data:'], scriptSrc: ["'self'"] },
    },
  });
  probe.get('/', () => '');
  const { headers } = await probe.inject('/');
  await probe.close();
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => !PLAIN.includes(name)));
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(kept);
    done();
  });
}
