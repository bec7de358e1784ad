import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Reservations } from '../../domain/reservations';
import { Stocks } from '../../domain/stocks';
import { stockLevelChanged } from '../stock-level-changed';

export class ShipStock extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

/** Counts what was set aside for an order as shipped, once. @throws NothingToShip */
@CommandHandler(ShipStock)
export class ShipStockHandler implements ICommandHandler<ShipStock> {
  constructor(
    private readonly reservations: Reservations,
    private readonly stocks: Stocks,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId }: ShipStock): Promise<void> {
    await this.transaction.run(() =>
      this.reservations.change(orderId, (reservation) =>
        this.stocks.change(reservation.skus, async (stocks) => {
          if (!reservation.ship(stocks)) return;
          await this.events.publish(...[...stocks.values()].map(stockLevelChanged));
        }),
      ),
    );
  }
}
