import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OrderPlaced } from '@shop/orders/contract';
import { CartChanged } from '../../domain/cart-errors';
import { Carts } from '../../domain/carts';
import { type NewOrder, Order } from '../../domain/order';
import { type OrderStory, storyOf } from '../../domain/order-history';
import { Orders } from '../../domain/orders';
import { CheckoutClock } from '../checkout-deadline/checkout-clock';

export class PlaceOrder extends Command<OrderStory> {
  constructor(readonly order: NewOrder) {
    super();
  }
}

/** Turns the cart that was quoted into an order, and gives its confirmation a deadline. @throws CartIsEmpty, CartChanged, PriceChanged */
@CommandHandler(PlaceOrder)
export class PlaceOrderHandler implements ICommandHandler<PlaceOrder> {
  constructor(
    private readonly carts: Carts,
    private readonly orders: Orders,
    private readonly events: EventPublisher,
    private readonly clock: CheckoutClock,
    private readonly transaction: Transaction,
  ) {}

  async execute({ order: wanted }: PlaceOrder): Promise<OrderStory> {
    const now = new Date();
    const order = Order.place(wanted, now);

    return this.transaction.run(async () => {
      await this.carts.change(wanted.customerId, (cart) => {
        if (!cart.holds(wanted.lines)) throw new CartChanged();
        cart.empty();
      });
      await this.orders.add(order);
      await this.clock.start(wanted.id, now);
      await this.events.publish(orderPlaced(order));
      return storyOf(order);
    });
  }
}

function orderPlaced(order: Order) {
  const { id, customerId, lines, total } = order.snapshot();
  return OrderPlaced({ orderId: id, customerId, lines: [...lines], total });
}
