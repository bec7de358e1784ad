import { startProvider } from '../../../apps/payment-provider/src/provider';
import { ProviderSettings } from '../../../apps/payment-provider/src/provider-settings';

/** Whom the money is with. */
void startProvider(new ProviderSettings()).then(({ url }) =>
  process.send?.(url.replace('localhost', '127.0.0.1')),
);
