import { inMemorySeam } from '@banyan/testing';
import { type PriceQuotes, QuotePrices, UnknownSku } from '@shop/catalog/contract';
import type { PaymentRefunded } from '@shop/payments/contract';
import { type AddressFound, DeliveryAddress, UnknownAddress } from '@shop/users/contract';
import { v7 as uuidv7 } from 'uuid';
import type { Mishap, NewOrder } from '../domain/order';
import { CancelOrder, CancelOrderHandler } from '../features/cancel-order/cancel-order';
import { CheckoutClock } from '../features/checkout-deadline/checkout-clock';
import { CompleteOrder, CompleteOrderHandler } from '../features/complete-order/complete-order';
import { CompletionClock } from '../features/complete-order/completion-clock';
import { ConfirmOrder, ConfirmOrderHandler } from '../features/confirm-order/confirm-order';
import { GiveUpOrder, GiveUpOrderHandler } from '../features/give-up-order/give-up-order';
import {
  FollowShipment,
  FollowShipmentHandler,
  type ShipmentNews,
} from '../features/follow-shipment/follow-shipment';
import { NoteRefundWhenPaymentRefunded } from '../features/note-refund/note-refund-when-payment-refunded';
import { PlaceOrder, PlaceOrderHandler } from '../features/place-order/place-order';
import { PrepareCheckout, PrepareCheckoutHandler } from '../features/place-order/prepare-checkout';
import { PutInCart, PutInCartHandler } from '../features/put-in-cart/put-in-cart';
import { RequestPayment, RequestPaymentHandler } from '../features/request-payment/request-payment';
import { TakeOutOfCart, TakeOutOfCartHandler } from '../features/take-out-of-cart/take-out-of-cart';
import { OrdersSettings } from '../orders-settings';
import { InMemoryCarts } from './in-memory-carts';
import { InMemoryOrders } from './in-memory-orders';

export const ANN = '0190b6a0-0000-7000-8000-00000000000a';
export const BOB = '0190b6a0-0000-7000-8000-00000000000b';

export const ADDRESS = {
  name: 'Ann',
  line1: '1 Mill Lane',
  city: 'Leiden',
  postalCode: '2311',
  country: 'NL',
};
/** Nobody has this one. */
export const NOWHERE = '0190b6a0-0000-7000-8000-0000000000ff';

/** Answers as users would if every address but NOWHERE were Ann's. */
export const addressOf = ({ addressId }: DeliveryAddress): AddressFound => {
  if (addressId === NOWHERE) throw new UnknownAddress({ addressId });
  return { address: ADDRESS };
};

/** Answers as a catalog that sells just what `prices` lists, in cents. */
export const catalogOf =
  (prices: Record<string, number>) =>
  ({ skus }: QuotePrices): PriceQuotes => {
    const unknown = skus.filter((sku) => !(sku in prices));
    if (unknown.length > 0) throw new UnknownSku({ skus: unknown });
    return {
      quotes: skus.map((sku) => ({
        sku,
        name: `A ${sku}`,
        price: { amount: prices[sku]!, currency: 'EUR' },
      })),
    };
  };

/** The rules of orders, without a database, in a shop that sells just what `prices` lists, in cents. */
export function orders(prices: Record<string, number> = { MUG: 2200, TEA: 1450 }) {
  const { contexts, events, timers, transaction } = inMemorySeam();
  const all = new InMemoryOrders();
  const carts = new InMemoryCarts();
  const settings = new OrdersSettings({ ORDERS_CHECKOUT_DEADLINE: '15m', ORDERS_COMPLETE_AFTER: '1h' });
  const clock = new CheckoutClock(timers, settings);
  const completion = new CompletionClock(timers, settings);
  contexts.play(QuotePrices, catalogOf(prices));
  contexts.play(DeliveryAddress, addressOf);

  const checkout = (customerId: string, addressId = uuidv7()) =>
    new PrepareCheckoutHandler(carts, contexts).execute(new PrepareCheckout(customerId, addressId));
  const place = async (customerId: string, details: Partial<NewOrder> = {}) => {
    const order = { id: uuidv7(), customerId, addressId: uuidv7(), paymentToken: 'tok_ok', ...details };
    const taken = await checkout(customerId, order.addressId);
    return new PlaceOrderHandler(carts, all, events, clock, transaction).execute(
      new PlaceOrder({ ...taken, ...order }),
    );
  };
  const requestPayment = (orderId: string) =>
    new RequestPaymentHandler(all, events, transaction).execute(new RequestPayment(orderId));
  const confirm = (orderId: string) =>
    new ConfirmOrderHandler(all, events, clock, transaction).execute(new ConfirmOrder(orderId));

  return {
    prices,
    published: events.published,
    timers,
    checkout,
    place,
    requestPayment,
    confirm,
    /** All that stands between an order and its confirmation. */
    pay: async (orderId: string) => {
      await requestPayment(orderId);
      await confirm(orderId);
    },
    order: (orderId: string) => all.get(orderId),
    cart: async (customerId: string) => (await carts.of(customerId)).items,
    put: (customerId: string, sku: string, quantity: number) =>
      new PutInCartHandler(carts, contexts, transaction).execute(new PutInCart(customerId, sku, quantity)),
    takeOut: (customerId: string, sku: string) =>
      new TakeOutOfCartHandler(carts, transaction).execute(new TakeOutOfCart(customerId, sku)),
    follow: (orderId: string, news: ShipmentNews) =>
      new FollowShipmentHandler(all, events, completion, transaction).execute(
        new FollowShipment(orderId, news),
      ),
    complete: (orderId: string) =>
      new CompleteOrderHandler(all, events, transaction).execute(new CompleteOrder(orderId)),
    noteRefund: (refund: PaymentRefunded) => new NoteRefundWhenPaymentRefunded(all).handle(refund),
    giveUp: (orderId: string, mishap: Mishap) =>
      new GiveUpOrderHandler(all, events, clock, transaction).execute(new GiveUpOrder(orderId, mishap)),
    cancel: (orderId: string, customerId: string) =>
      new CancelOrderHandler(all, events, clock, transaction).execute(new CancelOrder(orderId, customerId)),
  };
}
