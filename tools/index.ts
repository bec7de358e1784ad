export { developmentPostgres, privatePostgres, type Postgres, type PrivatePostgres } from './dev/postgres';
