import { host } from '@banyan/hosting';
import { CatalogModule } from '@shop/catalog';
import { InventoryModule } from '@shop/inventory';
import { OrdersModule } from '@shop/orders';
import { UsersModule } from '@shop/users';

/** The monolith. Tells its parent where it listens, and lets its relays rest when the parent says so. */
void host('monolith', [UsersModule, CatalogModule, InventoryModule, OrdersModule], { port: 0 }).then(
  ({ url, runtime }) => {
    process.on('message', async () => {
      for (const { messaging } of runtime.all) await messaging.relay.stop();
      process.send?.('resting');
    });
    process.send?.(url.replace('localhost', '127.0.0.1'));
  },
);
