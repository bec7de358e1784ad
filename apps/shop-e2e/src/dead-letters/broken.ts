/*
 * Preloaded into the shop's processes: while the file BANYAN_BROKEN is there, whatever an act of a broken story set in motion
 * meets policies that do all their work and throw then. A story says in the correlation id of its requests which ones.
 */
import { ContextMessaging } from '@banyan/messaging';
import { existsSync } from 'node:fs';

const file = process.env['BANYAN_BROKEN'] ?? '';
const { start } = ContextMessaging.prototype;

ContextMessaging.prototype.start = function (handlers) {
  start.call(
    this,
    handlers.map((handler) => ({
      ...handler,
      handle: async (data, message) => {
        await handler.handle(data, message);
        const { correlationid } = message.attributes;
        const name = `${this.context}.${handler.identity}`;
        if (correlationid.split(':').includes(name) && existsSync(file)) throw new Error(`${name} is broken`);
      },
    })),
  );
};
