import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  /** Header and body as they came. */
  readonly raw: string;
}

/** A real mail server, which takes every mail but for those it is told to refuse. */
export class MailServer {
  readonly received: Received[] = [];
  /** Message-IDs of all mails that came whole, taken or not. */
  readonly seen: string[] = [];
  /** Answers to the next mails once they came whole, such as `451 busy`. */
  readonly refusals: string[] = [];
  private server?: SMTPServer;
  private port = 0;

  /** Listens on a free port; started again, on the same. */
  async start(): Promise<this> {
    this.server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      closeTimeout: 50,
      onData: (stream, { envelope }, done) => {
        const parts: Buffer[] = [];
        stream.on('data', (part: Buffer) => parts.push(part));
        stream.on('end', () => {
          const raw = Buffer.concat(parts).toString('utf8');
          this.seen.push(/^Message-ID: (.*)$/im.exec(raw)?.[1] ?? 'none');
          const [code, ...words] = this.refusals.shift()?.split(' ') ?? [];
          if (code) return done(Object.assign(new Error(words.join(' ')), { responseCode: Number(code) }));
          this.received.push({
            from: envelope.mailFrom ? envelope.mailFrom.address : '',
            to: envelope.rcptTo.map(({ address }) => address),
            raw,
          });
          done();
        });
      },
    });
    this.server.on('error', () => undefined);
    const { server } = this;
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.server.address() as AddressInfo).port;
    return this;
  }

  get url(): string {
    return `smtp://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}
