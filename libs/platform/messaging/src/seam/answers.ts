import type { RequestContract } from '@banyan/contracts';
import { UseFilters } from '@nestjs/common';
import { Ctx, MessagePattern, Payload } from '@nestjs/microservices';
import { OriginalErrorFilter } from '../nest/original-error-filter';
import { BANYAN_TRANSPORT } from './policy';

/**
 * Answers a request of this context. The method reads only: an answer changes nothing and publishes nothing.
 * Its first argument is the parsed request; a declared error that it throws reaches the asker as the same class.
 */
export function Answers(contract: RequestContract): MethodDecorator {
  return (target, property, descriptor) => {
    UseFilters(new OriginalErrorFilter())(target, property, descriptor as PropertyDescriptor);
    Payload()(target, property, 0);
    Ctx()(target, property, 1);
    return MessagePattern(contract.type, BANYAN_TRANSPORT, { contract })(
      target,
      property,
      descriptor as PropertyDescriptor,
    ) as void;
  };
}
