import { host } from '@banyan/hosting';
import { PaymentsModule } from '@shop/payments';

void host('payments-service', [PaymentsModule]);
