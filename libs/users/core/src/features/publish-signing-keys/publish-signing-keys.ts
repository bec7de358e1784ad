import type { PublicKeys } from '@banyan/contracts';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { KeyRings } from '../../domain/key-ring';

export class PublishSigningKeys extends Query<PublicKeys['keys']> {}

/** Every key of which a token may be alive, and the one that signs next, as JWKs. @see https://www.rfc-editor.org/rfc/rfc7517 */
@QueryHandler(PublishSigningKeys)
export class PublishSigningKeysHandler implements IQueryHandler<PublishSigningKeys> {
  constructor(private readonly rings: KeyRings) {}

  async execute(): Promise<PublicKeys['keys']> {
    const ring = await this.rings.read();
    return ring
      .snapshot()
      .map(({ kid, publicKey: { n, e } }) => ({ kid, kty: 'RSA', alg: 'RS256', use: 'sig', n, e }));
  }
}
