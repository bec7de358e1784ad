import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Seed } from './context-module';
import type { Runtime } from './runtime';

/** Fills each context that is empty, as soon as it works. */
export function plantSeeds(app: NestFastifyApplication, runtime: Runtime): { stop(): void } {
  const logger = new Logger('Seed');
  const waiting = new Set(runtime.all.filter(({ definition }) => definition.seed));
  const plant = async () => {
    for (const { definition, messaging } of [...waiting]) {
      if (!messaging.serving || !definition.seed) continue;
      try {
        await app.get<Seed>(definition.seed, { strict: false }).run();
        waiting.delete([...waiting].find((each) => each.definition === definition) as never);
      } catch (error) {
        logger.warn(`${messaging.context} was not filled, trying again: ${(error as Error).message}`);
      }
    }
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void plant().finally(() => {
      busy = false;
      if (waiting.size === 0) clearInterval(timer);
    });
  }, 100);
  return { stop: () => clearInterval(timer) };
}
