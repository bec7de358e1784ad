import { createParamDecorator, type ExecutionContext } from '@nestjs/common';

/** `staff` may do what runs the shop; everybody else is a `customer`. */
export type Role = 'customer' | 'staff';
/** Every role there is. */
export const ROLES: readonly Role[] = ['customer', 'staff'];

/** Who asks. */
export interface Person {
  /** uuid, in lower case. */
  readonly id: string;
  readonly roles: readonly Role[];
}

/** What the guard leaves on a request. */
export interface Authenticated {
  person?: Person;
}

/** The person who asks: `@CurrentPerson() { id }: Person`. Throws on a `@Public()` route, where nobody is known. */
export const CurrentPerson = createParamDecorator((_: unknown, context: ExecutionContext): Person => {
  const { person } = context.switchToHttp().getRequest<Authenticated>();
  if (!person)
    throw new TypeError(
      `${context.getClass().name}.${context.getHandler().name} is public: nobody is known there`,
    );
  return person;
});
