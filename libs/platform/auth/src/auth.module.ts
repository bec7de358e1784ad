import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtGuard } from './jwt-guard';
import { JwtStrategy } from './jwt-strategy';
import { SigningKeys } from './signing-keys';

/** Guards every HTTP route of the application. */
@Module({ providers: [JwtStrategy, { provide: APP_GUARD, useClass: JwtGuard }] })
export class AuthModule {
  /** Believes whoever signs with `signingKeys`. */
  static accepting(signingKeys: SigningKeys): DynamicModule {
    return { module: AuthModule, providers: [{ provide: SigningKeys, useValue: signingKeys }] };
  }
}
