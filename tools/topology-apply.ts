/**
 * Declares exchange, queues and bindings on RABBITMQ_URL, with that user's rights: `npm run topology:apply`.
 * What is there already stays.
 *   --check   changes nothing, and fails when something is missing
 *   --prune   also unbinds what no context subscribes to any more
 *   --users   also gives each deployable of topology.json a broker user with the least rights it needs, through
 *             `rabbitmqctl` where that is on the PATH; otherwise prints what to run
 */
import { loadMessageMap, loadTopology } from '@banyan/hosting';
import { applyTopology, checkTopology } from '@banyan/messaging';
import { parseArgs } from 'node:util';
import { applyUsers } from './broker-users';

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { check: { type: 'boolean' }, prune: { type: 'boolean' }, users: { type: 'boolean' } },
  });
  const { RABBITMQ_URL: url, RABBITMQ_PREFIX: prefix } = process.env;
  if (!url)
    throw new Error('Set RABBITMQ_URL to the broker, with the credentials of a user that may configure it.');
  const map = loadMessageMap();
  if (values.check) {
    const missing = await checkTopology({ url, prefix, map });
    if (missing.length > 0)
      throw new Error(`Missing: ${missing.join(', ')}. Run without --check to declare them.`);
    console.log('Everything is there.');
    return;
  }
  const report = await applyTopology({ url, prefix, map, prune: values.prune });
  console.log(report.join('\n'));
  if (values.users) console.log(await applyUsers({ url, prefix, topology: loadTopology() }));
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
