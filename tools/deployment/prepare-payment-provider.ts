/**
 * Makes role, schema and tables of the simulated payment provider, which is no context: with the credentials of
 * `DATABASE_URL`, and its own password as in `PAYMENT_PROVIDER_DATABASE_URL`.
 */
import { type Migration, prepareDatabases } from '@banyan/persistence';
import { join } from 'node:path';

async function main(): Promise<void> {
  // Loaded by path, as other tools load contexts: an app is nobody's dependency.
  const { ledger } = require(join(__dirname, '../../apps/payment-provider/src/migrations')) as {
    ledger: Migration;
  };
  await prepareDatabases([{ name: 'payment_provider', migrations: [ledger] }]);
  console.log('payment_provider: ready');
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
