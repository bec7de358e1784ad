/**
 * What only test builds have: named places at which a process may be made to fail, and guards that can be switched off to
 * show that a test sees it. The build for production strips every line that calls these (see tools/build).
 */
export const failpoints = {
  /** Called with the name of each point passed. Set by tests only. */
  hit: undefined as ((name: string) => void | Promise<void>) | undefined,
  /** Names of guards that are switched off. Filled by tests only. */
  removedGuards: new Set<string>(),
};

/** A boundary at which a crash must lose nothing. */
export async function failpoint(name: string): Promise<void> {
  if (failpoints.hit) await failpoints.hit(name);
}

/** A guard in name only: statements that travel together go one by one where points between them are watched. */
const TOGETHER = 'statements.together';

/** Whether a test has switched the guard `name` off. */
export const guardRemoved = (name: string): boolean =>
  name === TOGETHER
    ? failpoints.hit !== undefined
    : failpoints.removedGuards.size > 0 && failpoints.removedGuards.has(name);
