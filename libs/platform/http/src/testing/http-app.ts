import type { Provider, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { httpAdapter, type HttpOptions, prepareHttp } from '../http';

/** A small application with Banyan's HTTP, ready for `inject`. Closed after the test that made it. */
export async function httpApp(
  controllers: Type[],
  providers: Provider[] = [],
  options: HttpOptions & { readonly before?: (app: NestFastifyApplication) => void | Promise<void> } = {},
): Promise<NestFastifyApplication> {
  const module = await Test.createTestingModule({ controllers, providers }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(httpAdapter(), { logger: false });
  await prepareHttp(app, { accessLog: false, ...options });
  await options.before?.(app);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  opened.push(app);
  return app;
}

const opened: NestFastifyApplication[] = [];
afterEach(() => Promise.all(opened.splice(0).map((app) => app.close())));
