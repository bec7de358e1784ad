import { Mailer } from '../domain/mailer';

/** Sends nothing: what it is given is kept in the database already, for its addressee to read. */
export class DatabaseMailer extends Mailer {
  async send(): Promise<void> {
    // Nobody is to be called.
  }
}
