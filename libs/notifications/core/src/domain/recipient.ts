import type { Template } from './templates';

/** What may be known of a person. */
export interface Facts {
  readonly name?: string;
  readonly email?: string;
  /** Whether they want mail about their orders. (Default: yes) */
  readonly orderMails?: boolean;
}

export type RecipientState = Facts & { readonly customerId: string };

/** Where a person can be reached. */
export interface MailAddress {
  readonly name: string;
  readonly email: string;
}

/** A person who is told things, perhaps before we have heard who that is: events of several publishers have no order. */
export class Recipient {
  private constructor(private state: RecipientState) {}

  static unknown = (customerId: string): Recipient => new Recipient({ customerId });

  /** For repositories only: trusts the row and checks no rule. */
  static restore = (state: RecipientState): Recipient => new Recipient(state);

  /** Where to reach them, once that is known. */
  get address(): MailAddress | undefined {
    const { name, email } = this.state;
    return name !== undefined && email !== undefined ? { name, email } : undefined;
  }

  /** They said so when they registered; what they have said since then stays. */
  registered(facts: Facts): void {
    const { customerId, name, email, orderMails } = this.state;
    this.state = {
      customerId,
      name: name ?? facts.name,
      email: email ?? facts.email,
      orderMails: orderMails ?? facts.orderMails,
    };
  }

  /** They say so now. */
  changed(facts: Facts): void {
    this.state = { ...this.state, ...facts };
  }

  /** Whether they want this by mail. Everybody is welcomed. */
  wants(template: Template): boolean {
    return template === 'welcome' || this.state.orderMails !== false;
  }

  snapshot = (): RecipientState => this.state;
}
