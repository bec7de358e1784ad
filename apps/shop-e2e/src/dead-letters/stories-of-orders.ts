import type { Scene } from './scene';
import type { Story } from './stories';

const CARD = { good: 'tok_ok', declined: 'tok_declined', slow: 'tok_slow' };

const completed = async (scene: Scene): Promise<void> => {
  await scene.is('completed');
  await scene.paymentIs('captured');
  await scene.stockIs({ onHand: 4, reserved: 0, shipped: 1 });
};

/** And everything is where it was before; `payment` is what became of the money, if any was asked for. */
const cancelled = (reason: string, payment?: 'declined' | 'refunded') => async (scene: Scene) => {
  const { cancellationReason, timeline } = await scene.is('cancelled');
  expect(cancellationReason).toBe(reason);
  expect(timeline.filter(({ what }: { what: string }) => what === 'refunded')).toHaveLength(
    payment === 'refunded' ? 1 : 0,
  );
  if (payment) await scene.paymentIs(payment);
  await scene.stockIs({ onHand: 5, reserved: 0, shipped: 0 });
};

/** Cancelled in time or just too late for its payment: then, and only then, the money came back. */
const expired = async (scene: Scene): Promise<void> => {
  const payment = await scene.paymentEnded();
  await cancelled('checkout-expired', payment)(scene);
};

const lost = async (scene: Scene): Promise<void> => {
  const { cancellationReason } = await scene.is('cancelled');
  expect(cancellationReason).toBe('parcel-lost');
  await scene.paymentIs('refunded');
  await scene.stockIs({ onHand: 4, reserved: 0, shipped: 1 });
};

const milestones = async (scene: Scene): Promise<string[]> =>
  (await scene.is('completed', 'cancelled')).timeline.map(({ what }: { what: string }) => what);

/** Its customer has what they ordered, or has their money back, as far as the broken subscription lets them. */
const confirmed = async (scene: Scene): Promise<void> => {
  await scene.buys();
  await scene.is('confirmed');
  await scene.parcelIs('preparing');
};
const dispatched = async (scene: Scene): Promise<void> => {
  await confirmed(scene);
  await scene.isCollected();
  await scene.is('dispatched');
};
const cancelledByCustomer = async (scene: Scene): Promise<void> => {
  await confirmed(scene);
  await scene.cancels();
};

const comesToItsCustomer = (scene: Scene) => scene.comesToItsCustomer();

/** Stories about what a customer orders. */
export const orderStories: readonly Story[] = [
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
  {
    broken: ['notifications/tell-order-confirmed'],
    what: 'the customer is told later',
    meanwhile: async (scene) => {
      await confirmed(scene);
      await scene.areDead();
    },
    afterwards: comesToItsCustomer,
    ends: (scene) => scene.told('order-confirmed', 'sent'),
  },
  {
    broken: ['notifications/tell-order-cancelled'],
    what: 'the customer is told later',
    meanwhile: async (scene) => {
      await cancelledByCustomer(scene);
      await scene.areDead();
    },
    ends: (scene) => scene.told('order-cancelled', 'sent'),
  },
  {
    broken: ['notifications/tell-payment-refunded'],
    what: 'the customer is told later',
    meanwhile: async (scene) => {
      await cancelledByCustomer(scene);
      await scene.areDead();
    },
    ends: (scene) => scene.told('payment-refunded', 'sent'),
  },
  {
    broken: ['notifications/tell-shipment-dispatched'],
    what: 'the customer hears of the delivery first',
    meanwhile: async (scene) => {
      await dispatched(scene);
      await scene.areDead();
      await scene.isRung();
      await scene.told('shipment-delivered', 'sent');
    },
    needs: 'force',
    ends: (scene) => scene.told('shipment-dispatched', 'sent'),
  },
  {
    broken: ['notifications/tell-shipment-delivered'],
    what: 'the customer is told later',
    meanwhile: async (scene) => {
      await dispatched(scene);
      await scene.isRung();
      await scene.areDead();
    },
    ends: (scene) => scene.told('shipment-delivered', 'sent'),
  },
  {
    broken: ['notifications/tell-shipment-lost'],
    what: 'the customer is told later',
    meanwhile: async (scene) => {
      await dispatched(scene);
      await scene.isLost();
      await scene.areDead();
    },
    ends: (scene) => scene.told('shipment-lost', 'sent'),
  },
];
