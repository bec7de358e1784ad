import { RequestedSigningKeys } from '@banyan/auth';
import { ContextUnavailable, SigningKeys } from '@banyan/contracts';
import type { Runtime } from './runtime';

/**
 * The keys that verify access tokens in this process. It is the platform that asks for them, in every deployable and on
 * behalf of no context: hence straight through the gateway, and in nobody's part of the message map.
 */
export const requestedSigningKeys = (runtime: Runtime): RequestedSigningKeys =>
  new RequestedSigningKeys(async () => {
    const { context } = SigningKeys;
    const near = runtime.all.find(({ messaging }) => messaging.context === context);
    // It would answer as well, with a complaint in the log for every table that it does not have yet.
    if (near && !near.messaging.serving) throw new ContextUnavailable(context, 'it is starting');
    return runtime.requests.ask(SigningKeys, {});
  });
