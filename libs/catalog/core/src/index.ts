export { CatalogModule } from './catalog.module';
export { ManyProducts } from './seed/many-products';
