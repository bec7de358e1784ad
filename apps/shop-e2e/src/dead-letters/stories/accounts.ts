import { eventually } from '@banyan/testing';
import { aProduct } from '../../shop/buying';
import type { Scene } from '../scene';
import type { Story } from './story';

const prefers = (scene: Scene, orderMails: boolean, by = scene.customer) =>
  by.put('/users/me/preferences', { orderMails });

/** What notifications knows of the customer. */
const recipient = async ({ shop, inPeace }: Scene) => {
  const { id } = (await inPeace.get('/users/me')).body;
  const [row] = await shop.sql(
    'SELECT name, order_mails FROM notifications.recipients WHERE customer_id = $1',
    [id],
  );
  return row as { name: string | null; order_mails: boolean | null } | undefined;
};

/** Stories about people, products and books, in which nothing is ordered. */
export const accounts: readonly Story[] = [
  {
    broken: ['notifications/meet-recipient'],
    what: 'the welcome waits for knowing whom',
    meanwhile: async (scene) => {
      await scene.areDead();
      await scene.told('welcome', 'pending');
    },
    ends: (scene) => scene.told('welcome', 'sent'),
  },
  {
    broken: ['notifications/meet-recipient'],
    what: 'the customer changes their name, and keeps it',
    meanwhile: async (scene) => {
      await scene.areDead();
      await scene.inPeace.patch('/users/me', { name: 'Newly Named' });
      await scene.told('welcome', 'sent');
    },
    needs: 'force',
    ends: async (scene) => expect(await recipient(scene)).toEqual({ name: 'Newly Named', order_mails: true }),
  },
  {
    broken: ['notifications/welcome-customer'],
    what: 'the customer is welcomed later',
    meanwhile: (scene) => scene.areDead(),
    ends: (scene) => scene.told('welcome', 'sent'),
  },
  {
    broken: ['notifications/deliver-notification'],
    what: 'the mail waits',
    meanwhile: async (scene) => {
      await scene.areDead();
      await scene.told('welcome', 'pending');
    },
    ends: (scene) => scene.told('welcome', 'sent'),
  },
  {
    broken: ['notifications/follow-profile'],
    what: 'the customer is called by the new name later',
    meanwhile: async (scene) => {
      await scene.customer.patch('/users/me', { name: 'Newly Named' });
      await scene.areDead();
    },
    ends: (scene) => eventually(async () => (await recipient(scene))?.name === 'Newly Named'),
  },
  {
    broken: ['notifications/follow-preferences'],
    what: 'the customer gets no more mails later',
    meanwhile: async (scene) => {
      await prefers(scene, false);
      await scene.areDead();
    },
    ends: (scene) => eventually(async () => (await recipient(scene))?.order_mails === false),
  },
  {
    broken: ['notifications/follow-preferences'],
    what: 'the customer has changed their mind since, which is what counts',
    meanwhile: async (scene) => {
      await prefers(scene, false);
      await scene.areDead();
      await prefers(scene, true, scene.inPeace);
      await eventually(async () => (await recipient(scene))?.order_mails === true);
    },
    needs: 'discarding',
    ends: async (scene) => expect((await recipient(scene))?.order_mails).toBe(true),
  },
  {
    broken: ['inventory/open-stock'],
    what: 'what is listed is received all the same',
    meanwhile: async (scene) => {
      scene.sku = await aProduct(scene.staff, { pieces: 3 });
      await scene.areDead();
    },
    ends: (scene) => scene.stockIs({ onHand: 3, reserved: 0, shipped: 0 }),
  },
  {
    broken: ['payments/reconcile'],
    what: 'no books are compared',
    meanwhile: async (scene) => {
      // The clock is set for the first time a second after the start.
      await eventually(async () => (await comparisons(scene)) > 0);
      await scene.staff.post('/payments/reconciliations');
      await scene.areDead();
      expect(await comparisons(scene)).toBe(0);
    },
    ends: (scene) => eventually(async () => (await comparisons(scene)) === 1),
  },
];

/** How many comparisons of books are to come. */
async function comparisons({ shop }: Scene): Promise<number> {
  const timers = await shop.sql(
    `SELECT 1 FROM payments.timers WHERE type = 'payments.reconciliation-due.v1'`,
  );
  return timers.length;
}
