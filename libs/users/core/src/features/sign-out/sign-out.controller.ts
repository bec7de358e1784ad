import { Public } from '@banyan/auth';
import { Answer } from '@banyan/http';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { RefreshBody } from '../user-schemas';
import { SignOut } from './sign-out';

@Public()
@Controller('auth')
export class SignOutController {
  constructor(private readonly commands: CommandBus) {}

  @Post('logout')
  @HttpCode(204)
  @Answer(204)
  async signOut(@Body({ schema: RefreshBody }) { refreshToken }: z.output<typeof RefreshBody>) {
    await this.commands.execute(new SignOut(refreshToken));
  }
}
