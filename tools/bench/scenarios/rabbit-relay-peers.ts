import { rate } from '../measuring';
import { KEYS, template } from '../orders';
import type { Bench } from '../scenario';
import { type Publish, publishAll, type Publishing } from './rabbit-relay';

const BATCH = 500;

/** A job of graphile-worker carries an array of messages; ten jobs at a time. */
export async function graphileWorker(
  bench: Bench,
  url: string,
  publish: Publish,
): Promise<Publishing | undefined> {
  const library = bench.peer('graphile-worker');
  if (!library) return undefined;
  let done = 0;
  const silent = new library.Logger(() => () => undefined);
  const utils = await library.makeWorkerUtils({ connectionString: url, logger: silent });
  bench.after(() => utils.release());
  await utils.migrate();
  const taskList = {
    publish: async (messages: unknown[]) => {
      await publishAll(publish, messages.length);
      done += messages.length;
    },
  };
  return async (count) => {
    const messages = messagesOf(BATCH);
    const jobs = Math.ceil(count / BATCH);
    for (let n = 0; n < jobs; n++) await utils.addJob('publish', messages);
    done = 0;
    const began = performance.now();
    const runner = await library.run({
      connectionString: url,
      logger: silent,
      concurrency: 10,
      noHandleSignals: true,
      taskList,
    });
    while (done < jobs * BATCH) await new Promise((resolve) => setTimeout(resolve, 2));
    const reached = rate(done, began);
    await runner.stop();
    return reached;
  };
}

/** pg-boss keeps a job per message; fetched, published and completed 500 at a time. */
export async function pgBoss(bench: Bench, url: string, publish: Publish): Promise<Publishing | undefined> {
  const library = bench.peer('pg-boss');
  if (!library) return undefined;
  const boss = new library({ connectionString: url, supervise: false, schedule: false });
  boss.on('error', (error: Error) => bench.say(`pg-boss: ${error.message}`));
  await boss.start();
  bench.after(() => boss.stop({ graceful: false }));
  await boss.createQueue('publish');
  return async (count) => {
    const messages = messagesOf(count);
    for (let n = 0; n < count; n += BATCH)
      await boss.insert(messages.slice(n, n + BATCH).map((data) => ({ name: 'publish', data })));
    let done = 0;
    const began = performance.now();
    while (done < count) {
      const jobs = await boss.fetch('publish', { batchSize: BATCH });
      await publishAll(publish, jobs.length);
      await boss.complete(
        'publish',
        jobs.map(({ id }: { id: string }) => id),
      );
      done += jobs.length;
    }
    return rate(done, began);
  };
}

const messagesOf = (count: number): object[] => {
  const data = JSON.parse(template.data) as object;
  return Array.from({ length: count }, (_, n) => ({ ...data, orderId: KEYS[n % KEYS.length] }));
};
