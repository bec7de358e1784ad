import { Public } from '@banyan/auth';
import { Answer, Refuses } from '@banyan/http';
import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { shownTokens } from '../tokens';
import { RefreshBody, TokensBody } from '../user-schemas';
import { RefreshSignIn } from './refresh-sign-in';

@Public()
@Controller('auth')
export class RefreshSignInController {
  constructor(private readonly commands: CommandBus) {}

  @Post('refresh')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @Answer(200, TokensBody)
  @Refuses({ 401: ['users.refresh-refused'] })
  async refresh(@Body({ schema: RefreshBody }) { refreshToken }: z.output<typeof RefreshBody>) {
    return shownTokens(await this.commands.execute(new RefreshSignIn(refreshToken, new Date())));
  }
}
