import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { FailedSignInsByEmail } from '../../domain/failed-sign-ins';
import { RefreshFamilies } from '../../domain/refresh-family';

export class ForgetExpired extends Command<void> {
  constructor(readonly now: Date) {
    super();
  }
}

/** Removes rows that no rule looks at any more. */
@CommandHandler(ForgetExpired)
export class ForgetExpiredHandler implements ICommandHandler<ForgetExpired> {
  constructor(
    private readonly families: RefreshFamilies,
    private readonly failures: FailedSignInsByEmail,
  ) {}

  async execute({ now }: ForgetExpired): Promise<void> {
    await this.families.trim(now);
    await this.failures.trim(now);
  }
}
