/** How long a process gives itself after SIGTERM: STOP_WITHIN_MS in libs/platform/hosting/src/host.ts; a spec compares. */
export const STOP_WITHIN_SECONDS = 20;
/** Meanwhile everybody learns that it gets no new connections: SIGTERM comes after. */
export const LEAVE_SECONDS = 5;
/** Then it is killed. A process that stops in time is never cut short. */
export const GRACE_SECONDS = LEAVE_SECONDS + STOP_WITHIN_SECONDS + 5;
