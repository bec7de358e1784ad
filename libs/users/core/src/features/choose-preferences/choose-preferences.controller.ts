import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, Refuses } from '@banyan/http';
import { Body, Controller, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { PreferencesBody } from '../user-schemas';
import { ChoosePreferences } from './choose-preferences';

@Controller('users/me/preferences')
export class ChoosePreferencesController {
  constructor(private readonly commands: CommandBus) {}

  @Put()
  @Answer(200, PreferencesBody)
  @Refuses({ 404: ['users.account-not-found'] })
  async choose(
    @CurrentPerson() { id }: Person,
    @Body({ schema: PreferencesBody }) preferences: z.output<typeof PreferencesBody>,
  ) {
    await this.commands.execute(new ChoosePreferences(id, preferences));
    return preferences;
  }
}
