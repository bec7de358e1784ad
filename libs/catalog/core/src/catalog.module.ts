import { ContextModule } from '@banyan/hosting';
import { Module } from '@nestjs/common';
import { catalogContract } from '@shop/catalog/contract';
import { products } from './adapters/migrations/0001-products';
import { words } from './adapters/migrations/0002-words';
import { PostgresProducts } from './adapters/postgres-products';
import { PostgresShowcase } from './adapters/postgres-showcase';
import { ProductTable } from './adapters/product-table';
import { Products } from './domain/products';
import { Showcase } from './domain/showcase';
import { BrowseProductsHandler } from './features/browse-products/browse-products';
import { BrowseProductsController } from './features/browse-products/browse-products.controller';
import { ChangeProductHandler } from './features/change-product/change-product';
import { ChangeProductController } from './features/change-product/change-product.controller';
import { ListCategoriesHandler } from './features/list-categories/list-categories';
import { ListCategoriesController } from './features/list-categories/list-categories.controller';
import { ListProductHandler } from './features/list-product/list-product';
import { ListProductController } from './features/list-product/list-product.controller';
import { PriceQuoter } from './features/quote-prices/quote-prices';
import { RetireProductHandler } from './features/retire-product/retire-product';
import { RetireProductController } from './features/retire-product/retire-product.controller';
import { ShowProductHandler } from './features/show-product/show-product';
import { ShowProductController } from './features/show-product/show-product.controller';
import { SeedCatalog } from './seed/seed-catalog';

const features = [
  ListProductHandler,
  ChangeProductHandler,
  RetireProductHandler,
  BrowseProductsHandler,
  ShowProductHandler,
  ListCategoriesHandler,
];
const answers = [PriceQuoter];
const controllers = [
  BrowseProductsController,
  ShowProductController,
  ListCategoriesController,
  ListProductController,
  ChangeProductController,
  RetireProductController,
];
const adapters = [
  { provide: Products, useClass: PostgresProducts },
  { provide: Showcase, useClass: PostgresShowcase },
];

/** What the shop sells, under which name, at which price. */
@Module({
  imports: [
    ContextModule.of(catalogContract, {
      tables: [ProductTable],
      migrations: [products, words],
      extensions: ['pg_trgm'],
      seed: SeedCatalog,
    }),
  ],
  controllers: [...controllers, ...answers],
  providers: [...features, ...adapters, SeedCatalog],
})
export class CatalogModule {}
