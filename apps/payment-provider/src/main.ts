import { startProvider } from './provider';
import { ProviderSettings } from './provider-settings';

/** The simulated payment provider: a server of its own, as a real one would be. */
async function main(): Promise<void> {
  const provider = await startProvider(new ProviderSettings());
  process.stdout.write(`payment-provider listens on ${provider.url}\n`);
  const stop = () => void provider.stop().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
