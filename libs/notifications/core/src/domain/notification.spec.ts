import fc from 'fast-check';
import { Notification } from './notification';
import { welcome } from './templates';

const NOON = new Date('2026-03-02T12:00:00.000Z');
const ANN = { name: 'Ann', email: 'ann@example.org' };

const aNotification = () =>
  Notification.of({ id: 'n1', customerId: 'c1', causeId: 'e1', ...welcome() }, NOON);
const waits = (due: Date | undefined) => due && (due.getTime() - NOON.getTime()) / 1_000;

describe('A notification', () => {
  it('is mailed with a greeting, under the key of its cause', () => {
    expect(aNotification().mailTo(ANN)).toEqual({
      key: 'welcome.e1',
      to: ANN,
      subject: 'Welcome to Banyan',
      text: 'Hello Ann,\n\nYour account is open, and the shop is yours to look around in.\n\nBanyan',
    });
  });

  it('keeps a name on its line', () => {
    const { to, text } = aNotification().mailTo({ ...ANN, name: 'Ann\r\nBcc: bob@example.org\u0000' });

    expect(to.name).toBe('Ann Bcc: bob@example.org');
    expect(text).toMatch(/^Hello Ann Bcc: bob@example.org,\n\n/);
  });

  it('is tried again after a while that doubles up to an hour', () => {
    const notification = aNotification();

    const delays = Array.from({ length: 11 }, () => waits(notification.setBack('away', 'no answer', NOON)));

    expect(delays).toEqual([10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600]);
  });

  it('tells its story in a line per reason, however long it takes', () => {
    const notification = aNotification();
    for (let times = 0; times < 5; times++) notification.setBack('away', 'no answer', NOON);
    notification.setBack('later', '451 busy', NOON);

    expect(notification.snapshot().failures).toEqual([
      { at: NOON.toISOString(), setback: 'away', why: 'no answer', times: 5 },
      { at: NOON.toISOString(), setback: 'later', why: '451 busy', times: 1 },
    ]);
  });

  it('ends once, whatever becomes of its mails in whatever order', () => {
    const outcome = fc.constantFrom('sent', 'suppress', 'away', 'later', 'never');
    fc.assert(
      fc.property(fc.array(outcome, { maxLength: 30 }), (outcomes) => {
        const notification = aNotification();
        let ended: unknown;
        for (const what of outcomes) {
          if (what === 'sent' || what === 'suppress') expect(notification[what]()).toBe(!ended);
          else {
            const due = notification.setBack(what as 'away', what, NOON);
            expect(due !== undefined).toBe(notification.isPending);
          }
          if (!notification.isPending)
            expect(notification.snapshot()).toBe((ended ??= notification.snapshot()));
        }
      }),
    );
  });
});
