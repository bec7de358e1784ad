import { host } from '@banyan/hosting';
import { CatalogModule } from '@shop/catalog';
import { InventoryModule } from '@shop/inventory';
import { OrdersModule } from '@shop/orders';

/** The monolith, whose relays may rest. Tells its parent where it listens. */
void host('monolith', [CatalogModule, InventoryModule, OrdersModule], {
  port: 0,
  messaging: { relays: process.env.RELAYS !== '0' },
}).then(({ url }) => process.send?.(url.replace('localhost', '127.0.0.1')));
