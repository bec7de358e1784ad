import { callOut, CallOutTimedOut } from '@banyan/messaging';
import { Logger, type OnModuleDestroy } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { type Mail, Mailer, MailNotTaken, type Setback } from '../domain/mailer';

export interface SmtpSettings {
  /** `smtp://user:password@host:port`, or `smtps://` */
  readonly smtpUrl: string;
  readonly from: string;
  /** Right side of each Message-ID. */
  readonly domain: string;
}

const CONNECT_WITHIN_MS = 5_000;
const ANSWER_WITHIN_MS = 10_000;
const SEND_WITHIN_MS = 20_000;

/** Hands mail to a server over SMTP, on a few kept connections. It connects with the first mail: a server may be away. */
export class SmtpMailer extends Mailer implements OnModuleDestroy {
  private readonly logger = new Logger(SmtpMailer.name);
  private readonly transport;

  constructor(private readonly settings: SmtpSettings) {
    super();
    this.transport = createTransport({
      url: settings.smtpUrl,
      pool: true,
      maxConnections: 3,
      // Trying again is the notification's business, but for a kept connection that the server closed meanwhile.
      maxRequeues: 1,
      connectionTimeout: CONNECT_WITHIN_MS,
      dnsTimeout: CONNECT_WITHIN_MS,
      greetingTimeout: CONNECT_WITHIN_MS,
      socketTimeout: ANSWER_WITHIN_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    // Without a listener an error of an idle connection would end the process.
    this.transport.on('error', (error: Error) =>
      this.logger.warn(`A mail connection was lost: ${error.message}`),
    );
  }

  async send({ key, to, subject, text }: Mail): Promise<void> {
    const mail = {
      from: this.settings.from,
      to: { name: to.name, address: to.email },
      messageId: `<${key}@${this.settings.domain}>`,
      headers: { 'Auto-Submitted': 'auto-generated' },
      subject,
      text,
    };
    try {
      await callOut('The mail server', { deadlineMs: SEND_WITHIN_MS }, (signal) =>
        this.transport.sendMail({ ...mail, signal }),
      );
    } catch (error) {
      throw notTaken(error);
    }
  }

  /** Mail in hand is let go of: it is sent again by whoever comes next. */
  onModuleDestroy(): void {
    this.transport.close();
  }
}

interface SmtpError extends Error {
  readonly code: string;
  /** What the server answered, if it did. */
  readonly responseCode?: number;
}

function notTaken(error: unknown): unknown {
  if (error instanceof CallOutTimedOut) return new MailNotTaken('away', error.message, { cause: error });
  if (!isSmtpError(error)) return error;
  return new MailNotTaken(setbackOf(error), error.message.slice(0, 500).replaceAll('\0', ''), {
    cause: error,
  });
}

const isSmtpError = (error: unknown): error is SmtpError =>
  typeof (error as Partial<SmtpError> | undefined)?.code === 'string';

/** @see https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1 */
function setbackOf({ code, responseCode }: SmtpError): Setback {
  // It closes down, or does not know us: no word about this mail.
  if (responseCode === 421 || code === 'EAUTH') return 'away';
  if (responseCode) return responseCode >= 500 ? 'never' : 'later';
  // Refused before anybody was asked, as an address that is none.
  return code === 'EENVELOPE' || code === 'EMESSAGE' ? 'never' : 'away';
}
