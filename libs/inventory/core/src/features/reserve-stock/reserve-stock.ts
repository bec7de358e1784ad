import { EventPublisher } from '@banyan/messaging';
import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { StockRefused, StockReserved } from '@shop/inventory/contract';
import { perSku, type StockLine } from '../../domain/reservation';
import { Reservations } from '../../domain/reservations';
import { Stocks } from '../../domain/stocks';
import { stockLevelChanged } from '../stock-level-changed';

export class ReserveStock extends Command<void> {
  constructor(
    readonly orderId: string,
    readonly lines: readonly StockLine[],
  ) {
    super();
  }
}

/** Sets aside all that an order wants, or refuses all of it. An order that was decided on, or has ended, changes nothing. */
@CommandHandler(ReserveStock)
export class ReserveStockHandler implements ICommandHandler<ReserveStock> {
  constructor(
    private readonly reservations: Reservations,
    private readonly stocks: Stocks,
    private readonly events: EventPublisher,
    private readonly transaction: Transaction,
  ) {}

  async execute({ orderId, lines }: ReserveStock): Promise<void> {
    const wanted = perSku(lines);
    const skus = wanted.map(({ sku }) => sku);

    await this.transaction.run(() =>
      this.reservations.change(orderId, (reservation) =>
        this.stocks.change(skus, async (stocks) => {
          const shortages = reservation.make(wanted, stocks);
          if (!shortages) return;
          if (shortages.length > 0)
            return this.events.publish(StockRefused({ orderId, shortages: [...shortages] }));
          await this.events.publish(
            StockReserved({ orderId, lines: wanted }),
            ...[...stocks.values()].map(stockLevelChanged),
          );
        }),
      ),
    );
  }
}
