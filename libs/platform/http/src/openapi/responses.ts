import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';
import { PROBLEM_JSON } from '../problems/problem';

/** Documents what an operation answers: `@Answer(201, Product, 'The product as it is listed')`, or `@Answer(204)`. */
export const Answer = (status: number, schema?: z.ZodType, description = '') =>
  ApiResponse({ status, description, ...(schema && { standardSchema: schema as never }) });

/** Documents the codes under which an operation refuses: `@Refuses({ 409: ['orders.price-changed'] })`. */
export const Refuses = (codes: Readonly<Record<number, readonly string[]>>) =>
  applyDecorators(
    ...Object.entries(codes).map(([status, names]) =>
      ApiResponse({
        status: Number(status),
        description: names.map((name) => `\`${name}\``).join(', '),
        content: { [PROBLEM_JSON]: { schema: { $ref: '#/components/schemas/Problem' } } },
      }),
    ),
  );
