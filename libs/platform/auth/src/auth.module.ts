import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { DevelopmentSigningKeys } from './development-issuer';
import { JwtGuard } from './jwt-guard';
import { JwtStrategy } from './jwt-strategy';
import { SigningKeys } from './signing-keys';

/** Guards every HTTP route of the application, believing the development issuer. */
@Module({
  providers: [
    JwtStrategy,
    { provide: APP_GUARD, useClass: JwtGuard },
    { provide: SigningKeys, useClass: DevelopmentSigningKeys },
  ],
})
export class AuthModule {
  /** The same, believing whoever signs with `signingKeys`; `imports` provide what these need. */
  static accepting(
    signingKeys: Type<SigningKeys> | SigningKeys,
    imports: NonNullable<DynamicModule['imports']> = [],
  ): DynamicModule {
    const how = typeof signingKeys === 'function' ? { useClass: signingKeys } : { useValue: signingKeys };
    return { module: AuthModule, imports, providers: [{ provide: SigningKeys, ...how }] };
  }
}
