/** Commands in docs/ whose output no test compares, each with the reason. Those that the README has are run by its spec. */
export const UNWITNESSED: readonly (readonly [command: RegExp, reason: string])[] = [
  [/^BANYAN_FULL=1 npx jest /, 'takes minutes; npm run test:full does the same'],
  [
    /^npm run (bench|faults|hand-over|placements|prove:zero-diff)\b/,
    'takes minutes to hours; specs make short runs of the same',
  ],
  [
    /^npm run (deploy:generate|check:deployment)\b/,
    'deployment.spec.ts generates and checks by the same code',
  ],
  [/^(docker|kubectl) /, 'needs a container engine, or a cluster'],
  [
    /^npm run messages -- (dead|replay|discard) /,
    'needs messages that were given up; dead-letters.spec.ts of the shop does the same',
  ],
  [/^cp deploy\//, 'makes a file for the container engine'],
];
