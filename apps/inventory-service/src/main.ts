import { host } from '@banyan/hosting';
import { InventoryModule } from '@shop/inventory';

void host('inventory-service', [InventoryModule]);
