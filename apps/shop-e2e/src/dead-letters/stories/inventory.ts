import { cancelledByCustomer, comesToItsCustomer, dispatched } from './acts';
import { cancelled, completed, lost } from './ends';
import type { Story } from './story';

/** Of an order, while a subscription of inventory is broken. */
export const inventory: readonly Story[] = [
  {
    broken: ['inventory/reserve-stock'],
    what: 'the order waits, and goes its way afterwards',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.is('placed');
    },
    afterwards: comesToItsCustomer,
    ends: completed,
  },
  {
    broken: ['inventory/reserve-stock'],
    what: 'the customer cancels, and nothing is set aside any more',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.cancels();
      await scene.isHandled('inventory/release-stock');
    },
    needs: 'force',
    ends: cancelled('customer-request'),
  },
  {
    broken: ['inventory/reserve-stock'],
    what: 'the deadline passes, and nothing is set aside any more',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.deadlinePasses();
      await scene.isHandled('inventory/release-stock');
    },
    needs: 'force',
    ends: cancelled('checkout-expired'),
  },
  {
    broken: ['inventory/release-stock'],
    what: 'the goods stay set aside for an order that is cancelled',
    meanwhile: async (scene) => {
      await cancelledByCustomer(scene);
      await scene.areDead();
      await scene.is('cancelled');
      await scene.stockIs({ onHand: 4, reserved: 1, shipped: 0 });
    },
    ends: cancelled('customer-request', 'refunded'),
  },
  {
    broken: ['inventory/ship-stock'],
    what: 'the goods count as set aside, and the order is completed all the same',
    meanwhile: async (scene) => {
      await dispatched(scene);
      await scene.areDead();
      await scene.isRung();
      await scene.is('completed');
      await scene.stockIs({ onHand: 4, reserved: 1, shipped: 0 });
    },
    ends: completed,
  },
  {
    broken: ['inventory/ship-stock'],
    what: 'the parcel is lost, and its goods do not come back',
    meanwhile: async (scene) => {
      await dispatched(scene);
      await scene.areDead();
      await scene.isLost();
      await scene.isHandled('inventory/release-stock');
    },
    ends: lost,
  },
];
