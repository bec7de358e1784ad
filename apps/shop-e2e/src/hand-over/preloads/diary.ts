/*
 * Preloaded into the shop's processes: orders, inventory and payments note each event that they handle, in the transaction
 * and the order in which they do.
 */
import type { EventContract } from '@banyan/contracts';
import { type Message, Policy, subscriptionOf } from '@banyan/messaging';
import { Database } from '@banyan/persistence';
import { InventoryModule } from '@shop/inventory';
import { OrdersModule } from '@shop/orders';
import { PaymentsModule } from '@shop/payments';
import 'reflect-metadata';

/** Adds to a context, as a subscription of its own, that it notes an event. */
export function noteIn(module: object, contract: EventContract): void {
  const controllers = Reflect.getMetadata('controllers', module) as object[];

  @Policy(contract, `diary-${contract.subject.replace('.', '-')}`)
  class NoteWhatIsHandled {
    constructor(private readonly database: Database) {}

    async handle(_event: unknown, _prepared: unknown, { id, subscription }: Message): Promise<void> {
      await this.database.query(
        'INSERT INTO diary.entries (context, subscription, id, pid) VALUES ($1, $2, $3, $4)',
        [this.database.context, subscription, id, process.pid],
      );
    }
  }
  controllers.push(NoteWhatIsHandled);
}

for (const module of [OrdersModule, InventoryModule, PaymentsModule]) {
  const controllers = Reflect.getMetadata('controllers', module) as object[];
  const heard = controllers.map((each) => subscriptionOf(each)?.contract);
  for (const contract of new Set(heard)) if (contract?.kind === 'event') noteIn(module, contract);
}
