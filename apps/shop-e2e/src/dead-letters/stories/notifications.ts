import { cancelledByCustomer, comesToItsCustomer, confirmed, dispatched } from './acts';
import type { Story } from './story';

/** Of an order, while a subscription of notifications is broken. */
export const notifications: readonly Story[] = [
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
