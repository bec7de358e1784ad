/** What can be set from outside. */
export class NotificationsSettings {
  /** Where mail is handed in, credentials included: never to be logged. Undefined: nowhere. */
  readonly smtpUrl?: string;
  /** Who mail is from. */
  readonly from: string;
  /** The part of `from` behind the @. */
  readonly domain: string;

  /**
   * `SMTP_URL`: `smtp://` or `smtps://`, with user and password where the server wants them. (Default: no mail leaves)
   * `SMTP_FROM`: an address, with or without a name. (Default: `Banyan <no-reply@banyan.example>`)
   * @throws Error when one is written otherwise
   */
  constructor(env: Readonly<Record<string, string | undefined>> = process.env) {
    const url = env['SMTP_URL'] || undefined;
    if (url && !(/^smtps?:\/\//.test(url) && URL.canParse(url)))
      throw new Error('SMTP_URL is no address of a mail server; write smtp://user:password@host:port');
    this.smtpUrl = url;
    this.from = env['SMTP_FROM'] || 'Banyan <no-reply@banyan.example>';
    const [, domain] = /[^\s<>@]@([a-zA-Z0-9.-]+)>?$/.exec(this.from) ?? [];
    if (!domain) throw new Error(`SMTP_FROM is "${this.from}"; write it as Banyan <shop@example.org>`);
    this.domain = domain;
  }
}
