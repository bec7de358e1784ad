import { Database } from '@banyan/persistence';
import { Injectable } from '@nestjs/common';
import { type Address, Addresses } from '../domain/addresses';
import { AccountNotFound, AddressNotFound } from '../domain/users-errors';

const ADD = `
  INSERT INTO addresses (id, account_id, name, line1, line2, city, postal_code, country)
  SELECT $1, id, $3, $4, $5, $6, $7, $8 FROM accounts WHERE id = $2 RETURNING id`;

/** Columns are named as the fields are, and what is not there is left out. */
const READ = `
  SELECT json_strip_nulls(json_build_object('id', id, 'name', name, 'line1', line1, 'line2', line2,
         'city', city, 'postalCode', postal_code, 'country', country)) AS address
    FROM addresses WHERE account_id = $1`;

/** Ids are uuids of version 7: their order is that of adding. */
const PAGE = `${READ} AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3`;

@Injectable()
export class PostgresAddresses extends Addresses {
  constructor(private readonly database: Database) {
    super();
  }

  async add(accountId: string, address: Address): Promise<void> {
    const { id, name, line1, line2 = null, city, postalCode, country } = address;
    const row = [id, accountId, name, line1, line2, city, postalCode, country];
    const added = await this.database.query(ADD, row);
    if (added.length === 0) throw new AccountNotFound(accountId);
  }

  async of(accountId: string, { limit, after }: { limit: number; after?: string }): Promise<Address[]> {
    return this.read(PAGE, [accountId, after ?? null, limit]);
  }

  async find(accountId: string, addressId: string): Promise<Address | undefined> {
    const [address] = await this.read(`${READ} AND id = $2`, [accountId, addressId]);
    return address;
  }

  async remove(accountId: string, addressId: string): Promise<void> {
    const removed = await this.database.query(
      'DELETE FROM addresses WHERE account_id = $1 AND id = $2 RETURNING id',
      [accountId, addressId],
    );
    if (removed.length === 0) throw new AddressNotFound(addressId);
  }

  private async read(sql: string, parameters: readonly unknown[]): Promise<Address[]> {
    const rows = await this.database.query<{ address: Address }>(sql, parameters);
    return rows.map(({ address }) => address);
  }
}
