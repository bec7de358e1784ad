import type { Migration } from '@banyan/persistence';

export const accounts: Migration = {
  name: '0001-accounts',
  async up(query) {
    await query(`
      CREATE TABLE accounts (
        id uuid PRIMARY KEY,
        email text NOT NULL,
        name text NOT NULL,
        password_hash text NOT NULL,
        roles text[] NOT NULL CHECK (roles <@ ARRAY['customer', 'staff']),
        order_mails boolean NOT NULL,
        registered_at timestamptz NOT NULL
      )`);
    await query('CREATE UNIQUE INDEX accounts_by_email ON accounts (lower(email))');
    await query(`
      CREATE TABLE addresses (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts,
        name text NOT NULL,
        line1 text NOT NULL,
        line2 text,
        city text NOT NULL,
        postal_code text NOT NULL,
        country text NOT NULL
      )`);
    await query('CREATE INDEX addresses_by_account ON addresses (account_id, id)');
    await query(`
      CREATE TABLE failed_sign_ins (
        email_hash text PRIMARY KEY,
        failures integer NOT NULL CHECK (failures > 0),
        last_at timestamptz NOT NULL
      ) WITH (fillfactor = 80)`);
    await query('CREATE INDEX failed_sign_ins_last_at ON failed_sign_ins (last_at)');
    await query(`
      CREATE TABLE refresh_families (
        id uuid PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES accounts,
        token_hash text NOT NULL,
        expires_at timestamptz NOT NULL
      ) WITH (fillfactor = 80)`);
    await query('CREATE INDEX refresh_families_expires_at ON refresh_families (expires_at)');
    await query(`
      CREATE TABLE refresh_tokens (
        hash text PRIMARY KEY,
        family_id uuid NOT NULL REFERENCES refresh_families ON DELETE CASCADE
      )`);
    await query('CREATE INDEX refresh_tokens_by_family ON refresh_tokens (family_id)');
    await query(`
      CREATE TABLE signing_keys (
        kid text PRIMARY KEY,
        public_key json NOT NULL,
        private_key text NOT NULL,
        published_at timestamptz NOT NULL,
        signs_from timestamptz NOT NULL
      )`);
  },
};
