import type { EventContract, TimerContract } from '@banyan/contracts';
import { Controller, createParamDecorator, ExecutionContext, UseFilters } from '@nestjs/common';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { OriginalErrorFilter } from '../nest/original-error-filter';
import type { Message } from './message';

/** Marks handlers of messages that only Banyan's transport strategy may register. */
export const BANYAN_TRANSPORT = Symbol.for('banyan.transport');

export interface PolicyOptions {
  /**
   * Policies of one group see the messages of a (publisher, key) in order, and a failing message holds back its key in
   * its group only. A projection names a group of its own. (Default: 'policies')
   */
  readonly group?: string;
  /** The name by which deduplication knows this subscription, if it was renamed. Kept for ever. (Default: its name) */
  readonly formerly?: string;
}

/** What `@Policy` records of a class. */
export interface Subscription {
  readonly name: string;
  /** What deduplication and the tables call it: its first name. */
  readonly identity: string;
  readonly group: string;
  readonly contract: EventContract | TimerContract;
}

/** The shape of a class that `@Policy` marks. */
export interface PolicyHandler<Data = any, Prepared = any> {
  /** Runs before the transaction, at least once: may ask and call out. What it returns is handed to `handle`. */
  prepare?(event: Data, message: Message): Promise<Prepared>;
  /** Runs in the transaction that consumes the message, with an effect exactly once: no asking, no calling out. */
  handle(event: Data, prepared: Prepared, message: Message): Promise<void>;
}

const subscriptions = new WeakMap<object, Subscription>();

const Prepared = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToRpc().getContext<Message>().prepared,
);

/**
 * Subscribes a class to an event of any context, or to a timer of its own, under a name that never changes.
 * The class is a Nest controller: guards, pipes, interceptors and filters apply to `handle`.
 */
export function Policy(contract: EventContract | TimerContract, name: string, options: PolicyOptions = {}) {
  if (!/^[a-z][a-z0-9-]*$/.test(name))
    throw new TypeError(`"${name}" is no subscription name; write kebab-case, such as reserve-stock`);
  return <Class extends new (...args: any[]) => PolicyHandler>(target: Class): void => {
    const { prototype } = target;
    const subscription: Subscription = {
      name,
      identity: options.formerly ?? name,
      group: options.group ?? 'policies',
      contract,
    };
    subscriptions.set(target, subscription);
    Controller()(target);
    const handle = Object.getOwnPropertyDescriptor(prototype, 'handle');
    if (!handle) throw new TypeError(`${target.name} has no handle() of its own`);
    UseFilters(new OriginalErrorFilter())(prototype, 'handle', handle);
    Payload()(prototype, 'handle', 0);
    Prepared()(prototype, 'handle', 1);
    Ctx()(prototype, 'handle', 2);
    // Unique per class; the strategy qualifies it with the context, so that Nest never chains two subscriptions.
    EventPattern(`${contract.type}/${name}`, BANYAN_TRANSPORT, { policy: target })(
      prototype,
      'handle',
      handle,
    );
  };
}

/** What `@Policy` recorded of `target`, if it is a policy. */
export const subscriptionOf = (target: object): Subscription | undefined => subscriptions.get(target);
