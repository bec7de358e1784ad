import { Transaction } from '@banyan/persistence';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { KeyMaker, KeyRings } from '../../domain/key-ring';
import { UsersSettings } from '../../users-settings';

export class TurnSigningKeys extends Command<void> {
  constructor(readonly now: Date) {
    super();
  }
}

/** Announces the next signing key and lets go of the oldest, each when it is time; often called, it seldom does anything. */
@CommandHandler(TurnSigningKeys)
export class TurnSigningKeysHandler implements ICommandHandler<TurnSigningKeys> {
  constructor(
    private readonly rings: KeyRings,
    private readonly keys: KeyMaker,
    private readonly settings: UsersSettings,
    private readonly transaction: Transaction,
  ) {}

  async execute({ now }: TurnSigningKeys): Promise<void> {
    const rules = this.settings.keys;
    const ring = await this.rings.read();
    // Made before anybody has to wait; of several processes that find it is time, the first one's counts.
    const next = ring.needsNext(rules, now) ? await this.keys.make() : undefined;
    if (!next && !ring.mayRetire(rules, now)) return;
    await this.transaction.run(() =>
      this.rings.change((current) => {
        if (next) current.turn(rules, next, now);
        current.retire(rules, now);
      }),
    );
  }
}
