/**
 * Named places at which a test may make the process fail. In a build for production `failpoint` is replaced by nothing
 * (see tools/build), so that no name of one is in the artefact.
 */
export const failpoints = {
  /** Set by tests only. Called with the name of each point passed. */
  hit: undefined as ((name: string) => void | Promise<void>) | undefined,
};

/** A boundary at which a crash must lose nothing. */
export async function failpoint(name: string): Promise<void> {
  if (failpoints.hit) await failpoints.hit(name);
}
