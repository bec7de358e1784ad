import { applicationRole, closePlace, DatabaseUnavailable, openPlace } from '@banyan/persistence';
import { withClient } from '@banyan/testing';
import type { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import { conformance } from './conformance';
import type { Grove, TestPolicies } from './grove';
import { Counted, notes, range, soon, Stored } from './messages';
import type { Stage } from './stage';

const policies = (g: () => Grove): TestPolicies => ({
  orders: [],
  inventory: [notes(g, 'inventory', 'note')],
});
const options = { tickMs: 100, dispatcher: { pollMs: 500 } };

/** What the tool that moves data does to the place of a context, before and after it copies. */
const place = (stage: Stage, context: string) => {
  const asAdmin = (work: (client: Client) => Promise<void>) => withClient(stage.ground.database.url, work);
  return {
    close: (reason: string) => asAdmin((client) => closePlace(client, context, reason)),
    open: () =>
      asAdmin((client) => openPlace(client, context, applicationRole(context), 'came from elsewhere')),
  };
};

const says = (grove: Grove, context: string, sentence: string) =>
  soon(() => expect(grove.context(context).messaging.problems()).toContain(sentence));

conformance('A context whose data were moved away', (clause) => {
  clause(
    'works no more, stays within reach for a while, and loses nothing of what it is told',
    async (stage) => {
      const grove = await stage.grove({ policies, options });
      const [orders, inventory] = [grove.context('orders'), grove.context('inventory')];
      const orderId = uuid();
      const publish = async (numbers: readonly number[]) => {
        for (const n of numbers) await orders.publish(Counted({ orderId, n }));
      };
      await publish(range(0, 5));
      await grove.quiet();

      const { close, open } = place(stage, 'inventory');
      await close('were moved to db.example:5432/inventory');
      await publish(range(5, 10));
      await says(grove, 'inventory', 'The data of inventory were moved to db.example:5432/inventory');

      expect(inventory.messaging.serving).toBe(false);
      expect(inventory.messaging.servesOn).toBe(true);
      await expect(inventory.publish(Stored({ orderId, n: 1 }))).rejects.toThrow(DatabaseUnavailable);
      await expect(inventory.database.query('SELECT 1 FROM effects')).rejects.toThrow(
        'The database of inventory is unavailable: The data of inventory were moved to db.example:5432/inventory',
      );
      expect(orders.messaging.serving).toBe(true);

      await open();
      await soon(() => inventory.messaging.serving);
      await grove.quiet();
      expect(await inventory.numbers('note', orderId)).toEqual(range(0, 10));
      expect(await inventory.messaging.deadLetters.list()).toEqual([]);
    },
  );

  clause('is not within reach for ever', async (stage) => {
    const grove = await stage.grove({ policies, options: { ...options, servesOnMs: 200 } });
    const { close, open } = place(stage, 'inventory');
    await close('were moved away');
    await says(grove, 'inventory', 'The data of inventory were moved away');

    await soon(() => !grove.context('inventory').messaging.servesOn);

    await open();
    await soon(() => grove.context('inventory').messaging.serving);
  });

  clause('begins where they are moved to as soon as all of them are there', async (stage) => {
    const { close, open } = place(stage, 'inventory');
    await close('are being moved here');
    const grove = await stage.groveSoon({ policies, options });
    await says(grove, 'inventory', 'The data of inventory are being moved here');
    const { messaging } = grove.context('inventory');
    expect(messaging.servesOn).toBe(false);

    await open();

    await soon(() => messaging.serving);
    await grove.context('orders').publish(Counted({ orderId: 'one', n: 1 }));
    await grove.quiet();
    expect(await grove.context('inventory').numbers('note', 'one')).toEqual([1]);
  });
});
