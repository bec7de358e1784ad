import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, Refuses } from '@banyan/http';
import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { shownProfile } from '../shown-profile';
import { ProfileBody } from '../user-schemas';
import { ShowProfile } from './show-profile';

@Controller('users/me')
export class ShowProfileController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Answer(200, ProfileBody)
  @Refuses({ 404: ['users.account-not-found'] })
  async show(@CurrentPerson() { id }: Person) {
    return shownProfile(await this.queries.execute(new ShowProfile(id)));
  }
}
