import { type Mail, Mailer, MailNotTaken, type Setback } from '../domain/mailer';

/** Takes every mail, but for those that it is told not to take. */
export class PlayedMailer extends Mailer {
  readonly taken: Mail[] = [];
  /** What becomes of the next mails, one after another. */
  readonly setbacks: Setback[] = [];

  async send(mail: Mail): Promise<void> {
    const setback = this.setbacks.shift();
    if (setback) throw new MailNotTaken(setback, `The server says: ${setback}`);
    this.taken.push(mail);
  }
}
