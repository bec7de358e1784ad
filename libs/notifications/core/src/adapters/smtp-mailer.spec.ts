import type { Mail } from '../domain/mailer';
import { MailServer } from '../testing/mail-server';
import { SmtpMailer } from './smtp-mailer';

let server: MailServer;
let mailer: SmtpMailer;

beforeEach(async () => {
  server = await new MailServer().start();
  mailer = new SmtpMailer({
    smtpUrl: server.url,
    from: 'Banyan <shop@banyan.example>',
    domain: 'banyan.example',
  });
});
afterEach(async () => {
  mailer.onModuleDestroy();
  await server.stop();
});

const aMail = (but: Partial<Mail> = {}): Mail => ({
  key: 'welcome.e1',
  to: { name: 'Ann Archer', email: 'ann@example.org' },
  subject: 'Welcome',
  text: 'Hello Ann,\n\nwelcome.',
  ...but,
});
const headersOf = (raw: string) => raw.slice(0, raw.indexOf('\r\n\r\n')).split('\r\n');

describe('Mail over SMTP', () => {
  it('arrives once, and says who it is from', async () => {
    await mailer.send(aMail());

    expect(server.received).toHaveLength(1);
    const [{ from, to, raw }] = server.received as [(typeof server.received)[0]];
    expect({ from, to }).toEqual({ from: 'shop@banyan.example', to: ['ann@example.org'] });
    expect(headersOf(raw)).toEqual(
      expect.arrayContaining([
        'From: Banyan <shop@banyan.example>',
        'To: Ann Archer <ann@example.org>',
        'Subject: Welcome',
        'Message-ID: <welcome.e1@banyan.example>',
        'Auto-Submitted: auto-generated',
      ]),
    );
    expect(raw).toContain('Hello Ann,\r\n\r\nwelcome.');
  });

  it('carries the same Message-ID whenever it is sent again', async () => {
    server.refusals.push('451 busy');

    await expect(mailer.send(aMail())).rejects.toMatchObject({ name: 'MailNotTaken' });
    await mailer.send(aMail());

    expect(server.seen).toEqual(['<welcome.e1@banyan.example>', '<welcome.e1@banyan.example>']);
    expect(server.received).toHaveLength(1);
  });

  it.each([
    ['451 come back later', 'later'],
    ['421 closing down', 'away'],
    ['550 no such person', 'never'],
  ])('that is answered with %s is not taken: %s', async (answer, setback) => {
    server.refusals.push(answer, answer);

    await expect(mailer.send(aMail())).rejects.toMatchObject({
      setback,
      message: expect.stringContaining(answer),
    });
  });

  it('waits for a server that is away, and finds it when it is back', async () => {
    await mailer.send(aMail());
    await server.stop();

    await expect(mailer.send(aMail({ key: 'welcome.e2' }))).rejects.toMatchObject({ setback: 'away' });
    await server.start();
    await mailer.send(aMail({ key: 'welcome.e2' }));

    expect(server.received).toHaveLength(2);
  });

  it.each([
    'Ann\r\nBcc: bob@example.org',
    'Ann\nSubject: Money',
    'Ann" <bob@example.org>, "',
    'Ann\r\n\r\nPay now',
  ])('takes no header, reader or text from the name %j', async (name) => {
    await mailer.send(aMail({ to: { name, email: 'ann@example.org' } }));

    const [{ to, raw }] = server.received as [(typeof server.received)[0]];
    expect(to).toEqual(['ann@example.org']);
    const names = headersOf(raw).flatMap((line) => /^([A-Za-z-]+):/.exec(line)?.[1] ?? []);
    expect(names.sort()).toEqual(
      [
        'Auto-Submitted',
        'Content-Transfer-Encoding',
        'Content-Type',
        'Date',
        'From',
        'MIME-Version',
        'Message-ID',
        'Subject',
        'To',
      ].sort(),
    );
    expect(raw.split('\r\n\r\n')[1]).toMatch(/^Hello Ann/);
  });

  it('goes to nobody when the address is none', async () => {
    await expect(
      mailer.send(aMail({ to: { name: 'Ann', email: 'ann@example.org>\r\nRCPT TO:<bob@example.org' } })),
    ).rejects.toMatchObject({ setback: 'never' });

    expect(server.received).toEqual([]);
  });
});
