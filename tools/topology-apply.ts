/**
 * Declares exchange, queues and bindings on RABBITMQ_URL, with that user's rights: `npm run topology:apply`.
 * What is there already stays; `--prune` also unbinds what no context subscribes to any more.
 */
import { applyTopology } from '@banyan/messaging';
import { loadMessageMap } from '@banyan/hosting';

async function main(): Promise<void> {
  const url = process.env.RABBITMQ_URL;
  if (!url)
    throw new Error('Set RABBITMQ_URL to the broker, with the credentials of a user that may configure it.');
  const report = await applyTopology({
    url,
    prefix: process.env.RABBITMQ_PREFIX,
    map: loadMessageMap(),
    prune: process.argv.includes('--prune'),
  });
  console.log(report.join('\n'));
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
