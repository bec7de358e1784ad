import { host } from '@banyan/hosting';
import { CatalogModule } from '@shop/catalog';
import { InventoryModule } from '@shop/inventory';
import { NotificationsModule } from '@shop/notifications';
import { OrdersModule } from '@shop/orders';
import { PaymentsModule } from '@shop/payments';
import { ShippingModule } from '@shop/shipping';
import { UsersModule } from '@shop/users';

/** Any deployable of the shop. Tells its parent where it listens, what it uses, and lets its relays rest when the parent says so. */
void host(process.env.BENCH_DEPLOYABLE || 'monolith', [
  UsersModule,
  CatalogModule,
  InventoryModule,
  OrdersModule,
  PaymentsModule,
  ShippingModule,
  NotificationsModule,
]).then(({ url, runtime }) => {
  process.on('message', async (wish) => {
    if (wish === 'usage') {
      const { user, system } = process.cpuUsage();
      return process.send?.({
        cpuSeconds: (user + system) / 1e6,
        residentMiB: process.memoryUsage.rss() / 2 ** 20,
      });
    }
    for (const { messaging } of runtime.all) await messaging.relay.stop();
    process.send?.('resting');
  });
  process.send?.(url.replace('localhost', '127.0.0.1'));
});
