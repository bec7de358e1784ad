import { host } from '@banyan/hosting';
import { ShippingModule } from '@shop/shipping';

void host('shipping-service', [ShippingModule]);
