import { Public } from '@banyan/auth';
import { Answer, Refuses } from '@banyan/http';
import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { shownTokens } from '../tokens';
import { TurnSigningKeys } from '../turn-signing-keys/turn-signing-keys';
import { CredentialsBody, TokensBody } from '../user-schemas';
import { SignIn } from './sign-in';

@Public()
@Controller('auth')
export class SignInController {
  constructor(private readonly commands: CommandBus) {}

  @Post('login')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Answer(200, TokensBody)
  @Refuses({
    401: ['users.sign-in-failed'],
    429: ['users.too-many-attempts'],
    503: ['users.too-busy'],
  })
  async signIn(@Body({ schema: CredentialsBody }) { email, password }: z.output<typeof CredentialsBody>) {
    const now = new Date();
    // The very first may come before the clock has made the first key.
    await this.commands.execute(new TurnSigningKeys(now));
    return shownTokens(await this.commands.execute(new SignIn(email, password, now)));
  }
}
