import { inMemorySeam } from '@banyan/testing';
import { type PriceQuotes, QuotePrices, UnknownSku } from '@shop/catalog/contract';
import { v7 as uuidv7 } from 'uuid';
import type { Mishap, NewOrder } from '../domain/order';
import { CancelOrder, CancelOrderHandler } from '../features/cancel-order/cancel-order';
import { CheckoutClock } from '../features/checkout-deadline/checkout-clock';
import { ConfirmOrder, ConfirmOrderHandler } from '../features/confirm-order/confirm-order';
import { GiveUpOrder, GiveUpOrderHandler } from '../features/give-up-order/give-up-order';
import { PlaceOrder, PlaceOrderHandler } from '../features/place-order/place-order';
import { QuoteCart, QuoteCartHandler } from '../features/place-order/quote-cart';
import { PutInCart, PutInCartHandler } from '../features/put-in-cart/put-in-cart';
import { TakeOutOfCart, TakeOutOfCartHandler } from '../features/take-out-of-cart/take-out-of-cart';
import { OrdersSettings } from '../orders-settings';
import { InMemoryCarts } from './in-memory-carts';
import { InMemoryOrders } from './in-memory-orders';

export const ANN = '0190b6a0-0000-7000-8000-00000000000a';
export const BOB = '0190b6a0-0000-7000-8000-00000000000b';

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
  const clock = new CheckoutClock(timers, new OrdersSettings({ ORDERS_CHECKOUT_DEADLINE: '15m' }));
  contexts.play(QuotePrices, catalogOf(prices));

  const quote = (customerId: string) =>
    new QuoteCartHandler(carts, contexts).execute(new QuoteCart(customerId));
  const place = async (customerId: string, details: Partial<NewOrder> = {}) => {
    const order = { id: uuidv7(), customerId, addressId: uuidv7(), paymentToken: 'tok_ok', ...details };
    const lines = details.lines ?? (await quote(customerId));
    return new PlaceOrderHandler(carts, all, events, clock, transaction).execute(
      new PlaceOrder({ ...order, lines }),
    );
  };

  return {
    prices,
    published: events.published,
    timers,
    quote,
    place,
    order: (orderId: string) => all.get(orderId),
    cart: async (customerId: string) => (await carts.of(customerId)).items,
    put: (customerId: string, sku: string, quantity: number) =>
      new PutInCartHandler(carts, contexts, transaction).execute(new PutInCart(customerId, sku, quantity)),
    takeOut: (customerId: string, sku: string) =>
      new TakeOutOfCartHandler(carts, transaction).execute(new TakeOutOfCart(customerId, sku)),
    confirm: (orderId: string) =>
      new ConfirmOrderHandler(all, events, clock, transaction).execute(new ConfirmOrder(orderId)),
    giveUp: (orderId: string, mishap: Mishap) =>
      new GiveUpOrderHandler(all, events, clock, transaction).execute(new GiveUpOrder(orderId, mishap)),
    cancel: (orderId: string, customerId: string) =>
      new CancelOrderHandler(all, events, clock, transaction).execute(new CancelOrder(orderId, customerId)),
  };
}
