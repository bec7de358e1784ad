import { host } from '@banyan/hosting';
import { CatalogModule } from '@shop/catalog';

void host('catalog-service', [CatalogModule]);
