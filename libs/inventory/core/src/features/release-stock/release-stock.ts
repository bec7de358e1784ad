import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { StockReleased } from '@shop/inventory/contract';
import { Reservations } from '../../domain/reservations';
import { Stocks } from '../../domain/stocks';
import { stockLevelChanged } from '../stock-level-changed';

export class ReleaseStock extends Command<void> {
  constructor(readonly orderId: string) {
    super();
  }
}

/** Puts back what was set aside for an order. From then on nothing can be set aside for it, even if nothing ever was. */
@CommandHandler(ReleaseStock)
export class ReleaseStockHandler implements ICommandHandler<ReleaseStock> {
  constructor(
    private readonly reservations: Reservations,
    private readonly stocks: Stocks,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId }: ReleaseStock): Promise<void> {
    await this.transaction.run(() =>
      this.reservations.change(orderId, (reservation) =>
        this.stocks.change(reservation.skus, async (stocks) => {
          const released = reservation.release(stocks);
          if (released.length === 0) return;
          await this.events.publish(
            StockReleased({ orderId, lines: [...released] }),
            ...[...stocks.values()].map(stockLevelChanged),
          );
        }),
      ),
    );
  }
}
