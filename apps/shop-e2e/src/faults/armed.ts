/*
 * Preloaded into the shop's processes: switches guards off (BANYAN_REMOVE_GUARDS, names with commas between), and makes the
 * process die, or stumble, at a failpoint when it is told to.
 */
import { failpoints } from '@banyan/messaging';

/** Where a process dies. */
export interface Armed {
  readonly point: string;
  /** At which of its passes. */
  readonly at: number;
  /** It lives on, and at every such pass an error is thrown, as by a connection that is lost in that moment. (Default: false) */
  readonly stumbles?: boolean;
}

for (const guard of (process.env['BANYAN_REMOVE_GUARDS'] ?? '').split(',').filter(Boolean))
  failpoints.removedGuards.add(guard);

// Nobody watches until then, so that statements travel together as in production.
process.on('message', ({ armed }: { armed?: Armed }) => {
  failpoints.hit = armed && passing(armed);
});
process.channel?.unref();

function passing({ point, at, stumbles = false }: Armed) {
  let passes = 0;
  return (name: string): void | Promise<void> => {
    if (name !== point) return;
    passes += 1;
    if (passes % at !== 0) return;
    if (stumbles) throw new Error(`It stumbled at ${point}`);
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => undefined);
  };
}
