import type { Migration } from '@banyan/persistence';

/** Reservations end as shipped too, and tell how old they are. */
export const shipping: Migration = {
  name: '0002-shipping',
  async up(query) {
    await query('ALTER TABLE reservations ADD COLUMN made_at timestamptz NOT NULL DEFAULT now()');
    await query('ALTER TABLE reservations DROP CONSTRAINT reservations_status_check');
    await query(`
      ALTER TABLE reservations ADD CONSTRAINT reservations_status_check
        CHECK (status IN ('none', 'reserved', 'refused', 'released', 'shipped'))`);
    await query(`CREATE INDEX reservations_held ON reservations (order_id) WHERE status = 'reserved'`);
  },
};
