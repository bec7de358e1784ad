import { ContextModule } from '@banyan/hosting';
import { Module } from '@nestjs/common';
import { ordersContract } from '@shop/orders/contract';
import { orders } from './adapters/migrations/0001-orders';
import { checkout } from './adapters/migrations/0002-checkout';
import { OrderHistoryRebuild } from './adapters/order-history-rebuild';
import { OrderTable } from './adapters/order-table';
import { PostgresCarts } from './adapters/postgres-carts';
import { PostgresOrderHistory } from './adapters/postgres-order-history';
import { PostgresOrders } from './adapters/postgres-orders';
import { Carts } from './domain/carts';
import { OrderHistory } from './domain/order-history';
import { Orders } from './domain/orders';
import { CancelOrderHandler } from './features/cancel-order/cancel-order';
import { CancelOrderController } from './features/cancel-order/cancel-order.controller';
import { CompleteOrderHandler } from './features/complete-order/complete-order';
import { CompleteOrderWhenCompletionDue } from './features/complete-order/complete-order-when-completion-due';
import { CompletionClock } from './features/complete-order/completion-clock';
import { CheckoutClock } from './features/checkout-deadline/checkout-clock';
import { ConfirmOrderHandler } from './features/confirm-order/confirm-order';
import { ConfirmOrderWhenPaymentCaptured } from './features/confirm-order/confirm-order-when-payment-captured';
import { FollowShipmentHandler } from './features/follow-shipment/follow-shipment';
import { FollowShipmentWhenCancelled } from './features/follow-shipment/follow-shipment-when-cancelled';
import { FollowShipmentWhenDelivered } from './features/follow-shipment/follow-shipment-when-delivered';
import { FollowShipmentWhenDispatched } from './features/follow-shipment/follow-shipment-when-dispatched';
import { FollowShipmentWhenLost } from './features/follow-shipment/follow-shipment-when-lost';
import { GiveUpOrderHandler } from './features/give-up-order/give-up-order';
import { GiveUpOrderWhenCheckoutExpired } from './features/give-up-order/give-up-order-when-checkout-expired';
import { GiveUpOrderWhenPaymentDeclined } from './features/give-up-order/give-up-order-when-payment-declined';
import { GiveUpOrderWhenStockRefused } from './features/give-up-order/give-up-order-when-stock-refused';
import { ListOrdersHandler } from './features/list-orders/list-orders';
import { ListOrdersController } from './features/list-orders/list-orders.controller';
import { NoteRefundWhenPaymentRefunded } from './features/note-refund/note-refund-when-payment-refunded';
import { PlaceOrderHandler } from './features/place-order/place-order';
import { PlaceOrderController } from './features/place-order/place-order.controller';
import { PrepareCheckoutHandler } from './features/place-order/prepare-checkout';
import { PutInCartHandler } from './features/put-in-cart/put-in-cart';
import { PutInCartController } from './features/put-in-cart/put-in-cart.controller';
import { RequestPaymentHandler } from './features/request-payment/request-payment';
import { RequestPaymentWhenStockReserved } from './features/request-payment/request-payment-when-stock-reserved';
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
  PrepareCheckoutHandler,
  PlaceOrderHandler,
  RequestPaymentHandler,
  ConfirmOrderHandler,
  GiveUpOrderHandler,
  CancelOrderHandler,
  FollowShipmentHandler,
  CompleteOrderHandler,
  ListOrdersHandler,
  ShowOrderHandler,
];
const policies = [
  RequestPaymentWhenStockReserved,
  GiveUpOrderWhenStockRefused,
  ConfirmOrderWhenPaymentCaptured,
  GiveUpOrderWhenPaymentDeclined,
  GiveUpOrderWhenCheckoutExpired,
  FollowShipmentWhenDispatched,
  FollowShipmentWhenDelivered,
  FollowShipmentWhenLost,
  FollowShipmentWhenCancelled,
  CompleteOrderWhenCompletionDue,
  NoteRefundWhenPaymentRefunded,
];
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
  CompletionClock,
];

/** Takes orders from the cart, and follows each to its end. */
@Module({
  imports: [
    ContextModule.of(ordersContract, {
      tables: [OrderTable],
      migrations: [orders, checkout],
      readModels: [OrderHistoryRebuild],
    }),
  ],
  controllers: [...controllers, ...policies],
  providers: [...features, ...adapters],
})
export class OrdersModule {}
