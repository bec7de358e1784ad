import { Recipient, type RecipientState } from '../domain/recipient';
import { Recipients } from '../domain/recipients';

export class InMemoryRecipients extends Recipients {
  private readonly rows = new Map<string, RecipientState>();

  async change<T>(customerId: string, change: (recipient: Recipient) => T | Promise<T>): Promise<T> {
    const recipient = await this.get(customerId);
    const result = await change(recipient);
    this.rows.set(customerId, recipient.snapshot());
    return result;
  }

  async get(customerId: string): Promise<Recipient> {
    const row = this.rows.get(customerId);
    return row ? Recipient.restore(row) : Recipient.unknown(customerId);
  }
}
