/** Which context runs in which deployable. All are reached by the door of the monolith. */
export type Placement = Readonly<Record<string, readonly string[]>>;

export const monolithAlone: Placement = { monolith: ['catalog', 'inventory', 'orders'] };

export const ordersExtracted: Placement = {
  monolith: ['catalog', 'inventory'],
  'orders-service': ['orders'],
};

export const catalogExtracted: Placement = {
  monolith: ['inventory', 'orders'],
  'catalog-service': ['catalog'],
};

export const inventoryExtracted: Placement = {
  monolith: ['catalog', 'orders'],
  'inventory-service': ['inventory'],
};

export const eachApart: Placement = {
  monolith: ['orders'],
  'catalog-service': ['catalog'],
  'inventory-service': ['inventory'],
};

/** Those that every run proves, and those that `npm run test:full` adds. */
export const placements: [string, Placement][] = [
  ['with one process', monolithAlone],
  ['with orders extracted', ordersExtracted],
  ...(process.env['BANYAN_FULL'] === '1'
    ? ([
        ['with catalog extracted', catalogExtracted],
        ['with inventory extracted', inventoryExtracted],
        ['with each context in a process of its own', eachApart],
      ] satisfies [string, Placement][])
    : []),
];
