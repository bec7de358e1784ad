import { host } from '@banyan/hosting';
import { CatalogModule } from '@shop/catalog';
import { InventoryModule } from '@shop/inventory';
import { OrdersModule } from '@shop/orders';

void host('monolith', [CatalogModule, InventoryModule, OrdersModule]);
