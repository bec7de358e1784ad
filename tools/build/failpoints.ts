/**
 * A source without its failpoints and removable guards (see libs/platform/messaging/src/failpoints.ts): what a production
 * build is made from.
 * @throws Error when one is used in a form that this does not recognise, so that none slips through
 */
export function withoutFailpoints(source: string, file: string): string {
  if (!/failpoint|guardRemoved|removedGuards/.test(source)) return source;
  const stripped = source
    .replace(/^(im|ex)port [^;]*? from '\.[^']*\/failpoints';$/gm, '')
    .replace(/^(\s*)(?:await|void) failpoint\([^;]*\);/gm, '$1')
    .replace(/\bguardRemoved\('[^']*'\)/g, 'false');
  const left = /^(?!\s*(\*|\/\/|\/\*)).*\b(failpoints?|guardRemoved|removedGuards)\b.*$/m.exec(stripped);
  if (left)
    throw new Error(
      `${file} uses a failpoint or a guard in a way that the build cannot remove: ${left[0].trim()}`,
    );
  return stripped;
}
