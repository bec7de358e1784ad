import { CatalogModule } from '@shop/catalog';
import { InventoryModule } from '@shop/inventory';
import { NotificationsModule } from '@shop/notifications';
import { OrdersModule } from '@shop/orders';
import { PaymentsModule } from '@shop/payments';
import { ShippingModule } from '@shop/shipping';
import { UsersModule } from '@shop/users';

/** All contexts of the shop, for deployables that the topology alone tells what to host. */
export const modules = [
  UsersModule,
  CatalogModule,
  InventoryModule,
  OrdersModule,
  PaymentsModule,
  ShippingModule,
  NotificationsModule,
];
