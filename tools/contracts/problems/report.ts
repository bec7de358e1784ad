import type { Problem } from './problem';

/** Prints problems, the worst last, where a terminal is read from. */
export function report(problems: readonly Problem[]): void {
  const order = ['worth knowing', 'stale', 'wrong', 'refused'];
  for (const { level, text } of problems.toSorted((a, b) => order.indexOf(a.level) - order.indexOf(b.level)))
    if (level === 'worth knowing') console.warn(`- Worth knowing: ${text}`);
    else console.error(`- ${text}`);
}
