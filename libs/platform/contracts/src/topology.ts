/** Who runs where: the content of `topology.json`. */
export interface Topology {
  /** Raised by every extract and absorb, so that processes of an older placement step back. */
  readonly revision: number;
  readonly deployables: Readonly<Record<string, Deployable>>;
}

/** A process and the contexts it hosts. */
export interface Deployable {
  readonly contexts: readonly string[];
  /** Where its HTTP is reached, such as `http://localhost:3000`. */
  readonly url: string;
}
