import { Public } from '@banyan/auth';
import type { Page } from '@banyan/http';
import { Controller, Get } from '@nestjs/common';
import { Showcase } from '../../domain/showcase';

@Controller('categories')
export class ListCategoriesController {
  constructor(private readonly showcase: Showcase) {}

  /** All of them on one page: a shop has few. */
  @Get()
  @Public()
  async list(): Promise<Page<{ category: string; products: number }>> {
    return { items: await this.showcase.categories(), nextCursor: null };
  }
}
