import { Notification, type NotificationState } from '../domain/notification';
import { Notifications, type ShownNotification } from '../domain/notifications';

export class InMemoryNotifications extends Notifications {
  readonly rows = new Map<string, NotificationState>();

  async add(notification: Notification): Promise<boolean> {
    const row = notification.snapshot();
    const told = [...this.rows.values()].some(
      ({ template, causeId }) => template === row.template && causeId === row.causeId,
    );
    if (!told) this.rows.set(row.id, row);
    return !told;
  }

  async change<T>(id: string, change: (notification: Notification) => T | Promise<T>): Promise<T> {
    const notification = await this.get(id);
    const result = await change(notification);
    this.rows.set(id, notification.snapshot());
    return result;
  }

  async get(id: string): Promise<Notification> {
    const row = this.rows.get(id);
    if (!row) throw new Error(`There is no notification ${id}`);
    return Notification.restore(row);
  }

  async pendingOf(customerId: string): Promise<string[]> {
    return [...this.rows.values()]
      .filter((row) => row.customerId === customerId && row.status === 'pending')
      .map(({ id }) => id);
  }

  async of(
    customerId: string,
    { limit, after }: { readonly limit: number; readonly after?: string },
  ): Promise<ShownNotification[]> {
    return [...this.rows.values()]
      .filter((row) => row.customerId === customerId && (!after || row.id < after))
      .sort((one, other) => (one.id < other.id ? 1 : -1))
      .slice(0, limit)
      .map(({ id, template, subject, text, at, status }) => ({ id, template, subject, text, at, status }));
  }
}
