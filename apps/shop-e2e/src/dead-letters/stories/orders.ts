import { cancelledByCustomer, CARD, comesToItsCustomer, confirmed, dispatched } from './acts';
import { cancelled, completed, expired, lost, milestones } from './ends';
import type { Story } from './story';

/** Of an order, while a subscription of orders is broken. */
export const orders: readonly Story[] = [
  {
    broken: ['orders/confirm-order'],
    what: 'nobody asks for the money',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.stockIs({ onHand: 4, reserved: 1, shipped: 0 });
      await scene.is('placed');
    },
    afterwards: comesToItsCustomer,
    ends: completed,
  },
  {
    broken: ['orders/confirm-order'],
    what: 'the deadline passes, and nobody asks for the money any more',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.deadlinePasses();
      await scene.is('cancelled');
    },
    ends: async (scene) => {
      await cancelled('checkout-expired')(scene);
      expect((await scene.inPeace.get(`/payments?orderId=${scene.orderId}`)).body.items).toEqual([]);
    },
  },
  {
    broken: ['orders/confirm-paid-order'],
    what: 'the money is taken, and the order does not know',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.paymentIs('captured');
      await scene.is('awaiting-payment');
    },
    afterwards: comesToItsCustomer,
    ends: completed,
  },
  {
    broken: ['orders/confirm-paid-order'],
    what: 'the deadline passes, the money goes back, and the order stays cancelled',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.deadlinePasses();
      await scene.isHandled('orders/note-refund');
    },
    needs: 'force',
    ends: cancelled('checkout-expired', 'refunded'),
  },
  {
    broken: ['orders/give-up-refused-order'],
    what: 'an order waits for goods that are not there',
    pieces: 0,
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.is('placed');
    },
    ends: async (scene) => expect((await scene.is('cancelled')).cancellationReason).toBe('stock-refused'),
  },
  {
    broken: ['orders/give-up-refused-order'],
    what: 'the deadline passes, which is the reason then',
    pieces: 0,
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.areDead();
      await scene.deadlinePasses();
      await scene.is('cancelled');
    },
    ends: async (scene) => expect((await scene.is('cancelled')).cancellationReason).toBe('checkout-expired'),
  },
  {
    broken: ['orders/give-up-unpaid-order'],
    what: 'an order waits for money that does not come',
    meanwhile: async (scene) => {
      await scene.buys(CARD.declined);
      await scene.areDead();
      await scene.is('awaiting-payment');
    },
    ends: cancelled('payment-declined', 'declined'),
  },
  {
    broken: ['orders/give-up-unpaid-order'],
    what: 'the customer cancels, which is the reason then',
    meanwhile: async (scene) => {
      await scene.buys(CARD.declined);
      await scene.areDead();
      await scene.cancels();
    },
    ends: cancelled('customer-request', 'declined'),
  },
  {
    broken: ['orders/give-up-expired-order', 'orders/confirm-order'],
    what: 'an order waits past its deadline',
    meanwhile: async (scene) => {
      await scene.buys();
      await scene.stockIs({ onHand: 4, reserved: 1, shipped: 0 });
      await scene.deadlinePasses();
      await scene.areDead();
      await scene.is('placed');
    },
    ends: expired,
  },
  {
    broken: ['orders/give-up-expired-order'],
    what: 'the order is paid after its deadline, and stands',
    meanwhile: async (scene) => {
      await scene.buys(CARD.slow);
      await scene.deadlinePasses();
      await scene.areDead();
      await scene.is('confirmed');
    },
    afterwards: comesToItsCustomer,
    ends: completed,
  },
  {
    broken: ['orders/follow-dispatched-shipment'],
    what: 'the parcel arrives all the same',
    meanwhile: async (scene) => {
      await confirmed(scene);
      await scene.isCollected();
      await scene.areDead();
      await scene.is('confirmed');
      await scene.isRung();
      await scene.is('completed');
    },
    needs: 'force',
    ends: completed,
  },
  {
    broken: ['orders/follow-dispatched-shipment'],
    what: 'the customer cancels what has left, and is refused afterwards',
    meanwhile: async (scene) => {
      await confirmed(scene);
      await scene.isCollected();
      await scene.areDead();
      await scene.cancels();
      await scene.isHandled('shipping/decide-cancellation');
      await scene.is('cancelling');
    },
    afterwards: async (scene) => {
      await scene.is('dispatched');
      await scene.isRung();
    },
    ends: async (scene) => {
      await completed(scene);
      expect(await milestones(scene)).toContain('cancellation-refused');
    },
  },
  {
    broken: ['orders/follow-delivered-shipment'],
    what: 'the parcel has arrived, and the order does not know',
    meanwhile: async (scene) => {
      await dispatched(scene);
      await scene.isRung();
      await scene.areDead();
      await scene.is('dispatched');
    },
    ends: completed,
  },
  {
    broken: ['orders/follow-lost-shipment'],
    what: 'the parcel is lost, and nobody gives the money back yet',
    meanwhile: async (scene) => {
      await dispatched(scene);
      await scene.isLost();
      await scene.areDead();
      await scene.is('dispatched');
    },
    ends: lost,
  },
  {
    broken: ['orders/follow-cancelled-shipment'],
    what: 'the goods stay, and the order does not know',
    meanwhile: async (scene) => {
      await cancelledByCustomer(scene);
      await scene.areDead();
      await scene.is('cancelling');
    },
    ends: cancelled('customer-request', 'refunded'),
  },
  {
    broken: ['orders/note-refund'],
    what: 'the money is back, and the timeline does not say so',
    meanwhile: async (scene) => {
      await cancelledByCustomer(scene);
      await scene.areDead();
      await scene.paymentIs('refunded');
      expect(await milestones(scene)).not.toContain('refunded');
    },
    ends: cancelled('customer-request', 'refunded'),
  },
  {
    broken: ['orders/complete-order'],
    what: 'a delivered order stays open',
    meanwhile: async (scene) => {
      await dispatched(scene);
      await scene.isRung();
      await scene.areDead();
      await scene.is('delivered');
    },
    ends: completed,
  },
];
