import { cancelledByCustomer, CARD, comesToItsCustomer } from './acts';
import { cancelled, completed } from './ends';
import type { Story } from './story';

/** Of an order, while a subscription of payments is broken. */
export const payments: readonly Story[] = [
  {
    broken: ['payments/request-payment'],
    what: 'the order waits for its money',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.is('awaiting-payment');
    },
    afterwards: comesToItsCustomer,
    ends: completed,
  },
  {
    broken: ['payments/request-payment'],
    what: 'the customer cancels, and nothing is taken any more',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.cancels();
      await scene.isHandled('payments/refund-or-void');
    },
    needs: 'force',
    ends: cancelled('customer-request', 'declined'),
  },
  {
    broken: ['payments/call-provider'],
    what: 'the provider has the money, and we do not know',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.paymentIs('pending');
    },
    afterwards: comesToItsCustomer,
    ends: completed,
  },
  {
    broken: ['payments/call-provider'],
    what: 'the customer cancels, and gets back what we did not know of',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.cancels(scene.inPeace);
      await scene.paymentIs('refunded');
    },
    needs: 'force',
    ends: cancelled('customer-request', 'refunded'),
  },
  {
    broken: ['payments/refund-or-void'],
    what: 'the order is cancelled, and its money stays here',
    meanwhile: async (scene) => {
      await cancelledByCustomer(scene);
      await scene.areDead();
      await scene.is('cancelled');
      await scene.paymentIs('captured');
    },
    ends: cancelled('customer-request', 'refunded'),
  },
  {
    broken: ['payments/refund-or-void'],
    what: 'the money is taken after the order was cancelled, and goes back',
    meanwhile: async (scene) => {
      await scene.buys(CARD.slow);
      await scene.is('awaiting-payment');
      await scene.cancels();
      await scene.areDead();
      await scene.paymentIs('captured');
      await scene.is('cancelled');
    },
    ends: cancelled('customer-request', 'refunded'),
  },
];
