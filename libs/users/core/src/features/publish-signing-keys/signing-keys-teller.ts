import { type PublicKeys, SigningKeys } from '@banyan/contracts';
import { Answers } from '@banyan/messaging';
import { Controller } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { PublishSigningKeys } from './publish-signing-keys';

/** Tells every deployable which keys verify access tokens. */
@Controller()
export class SigningKeysTeller {
  constructor(private readonly queries: QueryBus) {}

  @Answers(SigningKeys)
  async tell(): Promise<PublicKeys> {
    const at = new Date().toISOString();
    return { keys: await this.queries.execute(new PublishSigningKeys()), at };
  }
}
