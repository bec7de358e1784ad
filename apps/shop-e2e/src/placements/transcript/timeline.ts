interface Milestone {
  readonly what: string;
}

/**
 * A timeline in an order that is the same wherever it is. What one context decides comes as it came; that money went back is
 * heard from another, at any time after it was paid, and so stands at the end. Where it came before, it stays there: that would
 * be a difference.
 */
export function inPartialOrder<M extends Milestone>(timeline: readonly M[]): M[] {
  const paidAt = timeline.findIndex(({ what }) => what === 'paid');
  const floats = ({ what }: M, at: number): boolean => what === 'refunded' && paidAt !== -1 && at > paidAt;
  const refunds = timeline.filter(floats).map((refund) => [JSON.stringify(refund), refund] as const);
  return [
    ...timeline.filter((milestone, at) => !floats(milestone, at)),
    ...refunds.sort(([one], [other]) => one.localeCompare(other)).map(([, refund]) => refund),
  ];
}
