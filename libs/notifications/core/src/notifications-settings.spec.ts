import { NotificationsSettings } from './notifications-settings';

describe('The settings of notifications', () => {
  it('let no mail leave unless a server is named', () => {
    expect(new NotificationsSettings({ SMTP_URL: '' }).smtpUrl).toBeUndefined();
    expect(new NotificationsSettings({ SMTP_URL: 'smtps://a:b@mail.example' }).smtpUrl).toBe(
      'smtps://a:b@mail.example',
    );
  });

  it.each([
    [undefined, 'banyan.example'],
    ['shop@example.org', 'example.org'],
    ['The Shop <shop@mail.example.org>', 'mail.example.org'],
  ])('know the domain of %s', (from, domain) => {
    expect(new NotificationsSettings({ SMTP_FROM: from }).domain).toBe(domain);
  });

  it('refuse an address without a domain by name', () => {
    expect(() => new NotificationsSettings({ SMTP_FROM: 'The Shop' })).toThrow('SMTP_FROM is "The Shop"');
  });

  it.each(['mail.example', 'http://:secret@mail.example', 'smtp://:secret@ma il'])(
    'refuse %s by name, without telling a password',
    (url) => {
      expect(() => new NotificationsSettings({ SMTP_URL: url })).toThrow(/^SMTP_URL(?!.*secret)/);
    },
  );
});
