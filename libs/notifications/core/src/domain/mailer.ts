import type { MailAddress } from './recipient';

export interface Mail {
  /** Equal whenever the same mail is sent again, so that its reader gets it once. Fit for a Message-ID. */
  readonly key: string;
  readonly to: MailAddress;
  readonly subject: string;
  readonly text: string;
}

/** Brings mail to people. */
export abstract class Mailer {
  /** Resolves once somebody has taken the mail over. @throws MailNotTaken */
  abstract send(mail: Mail): Promise<void>;
}

/** `away`: nobody was there to take any mail. `later`: not now. `never`: not this one, they say. */
export type Setback = 'away' | 'later' | 'never';

/** A mail is still ours. Whether it arrived nevertheless is not known. */
export class MailNotTaken extends Error {
  override readonly name = 'MailNotTaken';

  constructor(
    readonly setback: Setback,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
