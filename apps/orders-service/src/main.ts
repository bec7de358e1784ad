import { host } from '@banyan/hosting';
import { OrdersModule } from '@shop/orders';

void host('orders-service', [OrdersModule]);
