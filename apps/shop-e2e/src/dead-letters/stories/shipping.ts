import { cancelledByCustomer, CARD, comesToItsCustomer, confirmed, dispatched } from './acts';
import { cancelled, completed, milestones } from './ends';
import type { Story } from './story';

/** Of an order, while a subscription of shipping is broken. */
export const shipping: readonly Story[] = [
  {
    broken: ['shipping/prepare-shipment'],
    what: 'nobody packs what is paid',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.is('confirmed');
    },
    afterwards: comesToItsCustomer,
    ends: completed,
  },
  {
    broken: ['shipping/prepare-shipment'],
    what: 'the customer cancels, waits for the decision, and gets the money back',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.cancels();
      await scene.isHandled('shipping/decide-cancellation');
      await scene.is('cancelling');
    },
    needs: 'force',
    ends: cancelled('customer-request', 'refunded'),
  },
  {
    broken: ['shipping/decide-cancellation'],
    what: 'the customer waits for the decision',
    meanwhile: async (scene) => {
      await cancelledByCustomer(scene);
      await scene.areDead();
      await scene.is('cancelling');
    },
    ends: cancelled('customer-request', 'refunded'),
  },
  {
    broken: ['shipping/decide-cancellation'],
    what: 'the goods leave, and it is too late',
    meanwhile: async (scene) => {
      await cancelledByCustomer(scene);
      await scene.areDead();
      await scene.isCollected();
      await scene.is('dispatched');
    },
    afterwards: async (scene) => {
      await scene.isRung();
    },
    ends: async (scene) => {
      await completed(scene);
      expect(await milestones(scene)).toContain('cancellation-refused');
    },
  },
  {
    broken: ['shipping/keep-goods'],
    what: 'an order is cancelled of which shipping never heard',
    meanwhile: async (scene) => {
      await scene.buys(CARD.declined);
      await scene.areDead();
      await scene.is('cancelled');
    },
    ends: cancelled('payment-declined', 'declined'),
  },
  {
    broken: ['shipping/dispatch-shipment'],
    what: 'the van leaves without the goods',
    meanwhile: async (scene) => {
      await confirmed(scene);
      await scene.isCollected();
      await scene.areDead();
      await scene.is('confirmed');
    },
    afterwards: async (scene) => {
      await scene.isRung();
    },
    ends: completed,
  },
  {
    broken: ['shipping/dispatch-shipment'],
    what: 'the customer cancels, and the goods stay',
    meanwhile: async (scene) => {
      await confirmed(scene);
      await scene.isCollected();
      await scene.areDead();
      await scene.cancels();
      await scene.is('cancelled');
    },
    ends: cancelled('customer-request', 'refunded'),
  },
  {
    broken: ['shipping/attempt-delivery'],
    what: 'nobody rings',
    meanwhile: async (scene) => {
      await dispatched(scene);
      await scene.isRung();
      await scene.areDead();
      await scene.is('dispatched');
    },
    ends: completed,
  },
  {
    broken: ['shipping/attempt-delivery'],
    what: 'somebody saw it delivered, and it is delivered once',
    meanwhile: async (scene) => {
      await dispatched(scene);
      await scene.isRung();
      await scene.areDead();
      await scene.isSeenDelivered();
      await scene.is('completed');
    },
    ends: completed,
  },
];
