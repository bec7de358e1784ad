import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, Refuses, Uuid } from '@banyan/http';
import { Controller, Delete, HttpCode, Param } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { RemoveAddress } from './remove-address';

@Controller('users/me/addresses')
export class RemoveAddressController {
  constructor(private readonly commands: CommandBus) {}

  @Delete(':id')
  @HttpCode(204)
  @Answer(204)
  @Refuses({ 404: ['users.address-not-found'] })
  async remove(@CurrentPerson() person: Person, @Param('id', { schema: Uuid }) id: string) {
    await this.commands.execute(new RemoveAddress(person.id, id));
  }
}
