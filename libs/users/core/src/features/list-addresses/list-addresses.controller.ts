import { CurrentPerson, type Person } from '@banyan/auth';
import { Answer, decodeCursor, page, type Page, PageQuery, Uuid } from '@banyan/http';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import type { Address } from '../../domain/addresses';
import { AddressPage } from '../user-schemas';
import { ListAddresses } from './list-addresses';

@Controller('users/me/addresses')
export class ListAddressesController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @Answer(200, AddressPage)
  async list(
    @CurrentPerson() person: Person,
    @Query({ schema: PageQuery }) { limit, cursor }: z.output<typeof PageQuery>,
  ): Promise<Page<Address>> {
    const after = decodeCursor(Uuid, cursor);
    const addresses = await this.queries.execute(new ListAddresses(person.id, { limit: limit + 1, after }));
    return page(addresses, limit, ({ id }) => id);
  }
}
