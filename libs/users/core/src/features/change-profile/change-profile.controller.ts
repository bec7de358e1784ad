import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, Refuses } from '@banyan/http';
import { Body, Controller, Patch } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { shownProfile } from '../shown-profile';
import { ProfileBody, ProfileChangeBody } from '../user-schemas';
import { ChangeProfile } from './change-profile';

@Controller('users/me')
export class ChangeProfileController {
  constructor(private readonly commands: CommandBus) {}

  @Patch()
  @Answer(200, ProfileBody)
  @Refuses({ 404: ['users.account-not-found'] })
  async change(
    @CurrentPerson() { id }: Person,
    @Body({ schema: ProfileChangeBody }) { name }: z.output<typeof ProfileChangeBody>,
  ) {
    return shownProfile(await this.commands.execute(new ChangeProfile(id, name)));
  }
}
