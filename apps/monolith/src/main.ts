import { host } from '@banyan/hosting';
import { CatalogModule } from '@shop/catalog';
import { InventoryModule } from '@shop/inventory';
import { NotificationsModule } from '@shop/notifications';
import { OrdersModule } from '@shop/orders';
import { PaymentsModule } from '@shop/payments';
import { ShippingModule } from '@shop/shipping';
import { UsersModule } from '@shop/users';

void host('monolith', [
  UsersModule,
  CatalogModule,
  InventoryModule,
  OrdersModule,
  PaymentsModule,
  ShippingModule,
  NotificationsModule,
]);
