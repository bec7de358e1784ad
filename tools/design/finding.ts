/** Something about the design that must not stay, in sentences that say what to do. */
export interface Finding {
  /** The check that found it: `migrations`. */
  readonly check: string;
  /** `libs/orders/core/src/…/0003-notes.ts:12` */
  readonly place: string;
  readonly text: string;
}

/** One way of looking at a workspace; `root` is its folder. */
export type Check = (root: string, settings: DesignSettings) => Finding[] | Promise<Finding[]>;

/** What `tools/design/design.settings.json` settles. */
export interface DesignSettings {
  /** Questions to other contexts that a use case may contain. (Default: 2) */
  readonly asksPerUseCase: number;
  /** Use cases that may ask more, such as `orders/place-order`, each with its own number. (Default: none) */
  readonly asksAllowed: Readonly<Record<string, number>>;
  /** Lines that a context's README may have. (Default: 30) */
  readonly readmeLines: number;
}

export const DEFAULTS: DesignSettings = { asksPerUseCase: 2, asksAllowed: {}, readmeLines: 30 };
