import { ContextModule } from '@banyan/hosting';
import { Module } from '@nestjs/common';
import { ordersContract } from '@shop/orders/contract';
import { orders } from './adapters/migrations/0001-orders';
import { OrderTable } from './adapters/order-table';
import { PostgresCarts } from './adapters/postgres-carts';
import { PostgresOrderHistory } from './adapters/postgres-order-history';
import { PostgresOrders } from './adapters/postgres-orders';
import { Carts } from './domain/carts';
import { OrderHistory } from './domain/order-history';
import { Orders } from './domain/orders';
import { CancelOrderHandler } from './features/cancel-order/cancel-order';
import { CancelOrderController } from './features/cancel-order/cancel-order.controller';
import { CheckoutClock } from './features/checkout-deadline/checkout-clock';
import { ConfirmOrderHandler } from './features/confirm-order/confirm-order';
import { ConfirmOrderWhenStockReserved } from './features/confirm-order/confirm-order-when-stock-reserved';
import { GiveUpOrderHandler } from './features/give-up-order/give-up-order';
import { GiveUpOrderWhenCheckoutExpired } from './features/give-up-order/give-up-order-when-checkout-expired';
import { GiveUpOrderWhenStockRefused } from './features/give-up-order/give-up-order-when-stock-refused';
import { ListOrdersHandler } from './features/list-orders/list-orders';
import { ListOrdersController } from './features/list-orders/list-orders.controller';
import { PlaceOrderHandler } from './features/place-order/place-order';
import { PlaceOrderController } from './features/place-order/place-order.controller';
import { QuoteCartHandler } from './features/place-order/quote-cart';
import { PutInCartHandler } from './features/put-in-cart/put-in-cart';
import { PutInCartController } from './features/put-in-cart/put-in-cart.controller';
import { ShowCartHandler } from './features/show-cart/show-cart';
import { ShowCartController } from './features/show-cart/show-cart.controller';
import { ShowOrderHandler } from './features/show-order/show-order';
import { ShowOrderController } from './features/show-order/show-order.controller';
import { TakeOutOfCartHandler } from './features/take-out-of-cart/take-out-of-cart';
import { TakeOutOfCartController } from './features/take-out-of-cart/take-out-of-cart.controller';
import { OrdersSettings } from './orders-settings';

const features = [
  ShowCartHandler,
  PutInCartHandler,
  TakeOutOfCartHandler,
  QuoteCartHandler,
  PlaceOrderHandler,
  ConfirmOrderHandler,
  GiveUpOrderHandler,
  CancelOrderHandler,
  ListOrdersHandler,
  ShowOrderHandler,
];
const policies = [ConfirmOrderWhenStockReserved, GiveUpOrderWhenStockRefused, GiveUpOrderWhenCheckoutExpired];
const controllers = [
  ShowCartController,
  PutInCartController,
  TakeOutOfCartController,
  PlaceOrderController,
  ListOrdersController,
  ShowOrderController,
  CancelOrderController,
];
const adapters = [
  { provide: Carts, useClass: PostgresCarts },
  { provide: Orders, useClass: PostgresOrders },
  { provide: OrderHistory, useClass: PostgresOrderHistory },
  { provide: OrdersSettings, useFactory: () => new OrdersSettings() },
  CheckoutClock,
];

/** Takes orders from the cart, and follows each until it is confirmed or cancelled. */
@Module({
  imports: [
    ContextModule.of(ordersContract, {
      tables: [OrderTable],
      migrations: [orders],
    }),
  ],
  controllers: [...controllers, ...policies],
  providers: [...features, ...adapters],
})
export class OrdersModule {}
