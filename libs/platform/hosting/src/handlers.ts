import {
  type BanyanStrategy,
  type Invoke,
  type Message,
  type PolicyHandler,
  type RequestHandler,
  type SubscriptionHandler,
  subscriptionOf,
} from '@banyan/messaging';
import type { INestApplication, Type } from '@nestjs/common';
import { controllersOf } from './context-module';

/** The subscriptions of a context's module, each called through Nest. @throws TypeError for a policy that Nest did not register. */
export function subscriptionsOf(
  app: INestApplication,
  strategy: BanyanStrategy,
  module: Type,
): SubscriptionHandler[] {
  return controllersOf(module).flatMap((controller) => {
    const subscription = subscriptionOf(controller);
    if (!subscription) return [];
    const invoke = strategy.policies.get(controller);
    if (!invoke) throw new TypeError(`${controller.name} is a policy that Nest did not register`);
    const policy = app.get<PolicyHandler>(controller, { strict: false });
    return [
      {
        ...subscription,
        ...(policy.prepare && {
          prepare: (data: unknown, message: Message) => policy.prepare?.(data, message) as Promise<unknown>,
        }),
        handle: async (data: unknown, message: Message) => void (await invoke(data, message)),
      },
    ];
  });
}

/** The answers that Nest registered. */
export const answersOf = (strategy: BanyanStrategy): RequestHandler[] =>
  [...strategy.answers].map(([contract, invoke]: [RequestHandler['contract'], Invoke]) => ({
    contract,
    answer: (request) => invoke(request, {}),
  }));
