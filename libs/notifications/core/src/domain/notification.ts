import type { Mail, Setback } from './mailer';
import type { MailAddress } from './recipient';
import type { Template, Words } from './templates';

/** So often a mail may be put off by a server that says "not now" … */
const MOST_DELAYS = 10;
/** … and so often refused for good: servers say that for faults of their own as well. */
const MOST_REFUSALS = 3;

const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 3_600_000;

/** `suppressed`: they want no mail of that kind. `failed`: nobody takes it. Both can still be read here. */
export type NotificationStatus = 'pending' | 'sent' | 'suppressed' | 'failed';

/** Why a mail was not taken, and how often in a row. */
export interface Failure {
  /** The last time, as an ISO instant. */
  readonly at: string;
  readonly setback: Setback;
  readonly why: string;
  readonly times: number;
}

export interface NewNotification extends Words {
  readonly id: string;
  readonly customerId: string;
  /** The message that it tells of: one notification of a template per cause. */
  readonly causeId: string;
}

export interface NotificationState extends NewNotification {
  readonly status: NotificationStatus;
  /** An ISO instant. */
  readonly at: string;
  /** Its story, as long as it could not be sent. */
  readonly failures: readonly Failure[];
}

/** Something that a person is told. */
export class Notification {
  private constructor(private state: NotificationState) {}

  static of = (notification: NewNotification, at: Date): Notification =>
    new Notification({ ...notification, status: 'pending', at: at.toISOString(), failures: [] });

  /** For repositories only: trusts the row and checks no rule. */
  static restore = (state: NotificationState): Notification => new Notification(state);

  get isPending(): boolean {
    return this.state.status === 'pending';
  }

  get customerId(): string {
    return this.state.customerId;
  }

  get template(): Template {
    return this.state.template;
  }

  /** As it goes out by mail. */
  mailTo(address: MailAddress): Mail {
    const { template, causeId, subject, text } = this.state;
    const to = { ...address, name: oneLine(address.name) };
    return { key: `${template}.${causeId}`, to, subject, text: `Hello ${to.name},\n\n${text}\n\nBanyan` };
  }

  /** It was mailed. Returns false when that was decided before. */
  sent(): boolean {
    return this.ends('sent');
  }

  /** It is not to be mailed. Returns false when that was decided before. */
  suppress(): boolean {
    return this.ends('suppressed');
  }

  /** It could not be mailed. Returns when to try again, later each time; undefined when it is given up. */
  setBack(setback: Setback, why: string, at: Date): Date | undefined {
    if (!this.isPending) return undefined;
    const { failures } = this.state;
    const last = failures.at(-1);
    const again = last?.setback === setback && last.why === why;
    const failure = { at: at.toISOString(), setback, why, times: again ? last.times + 1 : 1 };
    this.state = { ...this.state, failures: [...(again ? failures.slice(0, -1) : failures), failure] };
    if (this.times('later') >= MOST_DELAYS || this.times('never') >= MOST_REFUSALS) {
      this.ends('failed');
      return undefined;
    }
    const doublings = this.times('away', 'later', 'never') - 1;
    return new Date(at.getTime() + Math.min(FIRST_DELAY_MS * 2 ** doublings, LONGEST_DELAY_MS));
  }

  snapshot = (): NotificationState => this.state;

  private times = (...setbacks: Setback[]): number =>
    this.state.failures.reduce(
      (sum, { setback, times }) => sum + (setbacks.includes(setback) ? times : 0),
      0,
    );

  private ends(status: NotificationStatus): boolean {
    if (!this.isPending) return false;
    this.state = { ...this.state, status };
    return true;
  }
}

/** A name must not begin a line of its own, neither in a header nor in a text. */
const oneLine = (name: string): string => name.replace(/\p{Cc}+/gu, ' ').trim();
