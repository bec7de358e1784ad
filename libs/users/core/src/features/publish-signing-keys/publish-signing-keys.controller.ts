import { Public } from '@banyan/auth';
import { Answer } from '@banyan/http';
import { Controller, Get, Header } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { KeySetBody } from '../user-schemas';
import { PublishSigningKeys } from './publish-signing-keys';

/** The same keys for programs outside. */
@Public()
@Controller('auth/.well-known/jwks.json')
export class PublishSigningKeysController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Header('Cache-Control', 'public, max-age=300')
  @Answer(200, KeySetBody)
  async publish() {
    return { keys: await this.queries.execute(new PublishSigningKeys()) };
  }
}
