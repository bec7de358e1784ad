import type { Scene } from '../scene';

/** What goes on in the shop while messages lie dead, and what is right once they were replayed. */
export interface Story {
  /** Subscriptions that are broken for it, such as `inventory/reserve-stock`. */
  readonly broken: readonly string[];
  readonly what: string;
  /** Of its product, that were received. (Default: 5) */
  readonly pieces?: number;
  /** Until its letters are dead, and all has happened that happens all the same. */
  readonly meanwhile: (scene: Scene) => Promise<unknown>;
  /** What its letters need that later messages of their keys were handled before. (Default: none was) */
  readonly needs?: 'force' | 'discarding';
  /** What people do once its letters were replayed. (Default: nothing) */
  readonly afterwards?: (scene: Scene) => Promise<unknown>;
  /** Throws unless all has come to its right end. */
  readonly ends: (scene: Scene) => Promise<unknown>;
}
