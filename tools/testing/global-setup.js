'use strict';
require('../dev/register.js');
const { privatePostgres } = require('../dev/postgres.ts');

/** One PostgreSQL for the whole run: DATABASE_URL where it is set, otherwise a fresh one. Test processes inherit its address. */
module.exports = async function setUp() {
  if (process.env.BANYAN_TEST_DATABASE_URL) return;
  if (process.env.DATABASE_URL) {
    process.env.BANYAN_TEST_DATABASE_URL = process.env.DATABASE_URL;
    return;
  }
  globalThis.runPostgres = await privatePostgres();
  process.env.BANYAN_TEST_DATABASE_URL = globalThis.runPostgres.url;
};
