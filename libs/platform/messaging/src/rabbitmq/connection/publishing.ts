import type { Channel, ConfirmChannel, Options } from 'amqplib';

/** How a message is addressed and described; persistence is spelled out as AMQP has it. */
export interface Publication extends Omit<
  Options.Publish,
  'persistent' | 'deliveryMode' | 'CC' | 'BCC' | 'expiration'
> {
  exchange: string;
  routingKey: string;
  /** 2 survives a restart of the broker. (Default: 1) */
  deliveryMode?: 1 | 2;
  expiration?: string;
}

/** What amqplib's own `publish` calls, without the copies it makes of the options: with headers, those cost as much as all the rest. */
interface Underneath {
  sendMessage(fields: Publication, properties: Publication, content: Buffer): boolean;
  pushConfirmCallback(confirmed: Confirmed): void;
}

export type Confirmed = (error: Error | null) => void;

/** @throws Error when the channel is closed, or the message fits into no frame; nothing was sent then. */
export function publishOn(channel: Channel, publication: Publication, content: Buffer): void {
  (channel as unknown as Underneath).sendMessage(publication, publication, content);
}

/** As `publishOn`; `confirmed` is called once, when the broker has or refuses it, or the channel is gone. */
export function publishConfirmed(
  channel: ConfirmChannel,
  publication: Publication,
  content: Buffer,
  confirmed: Confirmed,
): void {
  const underneath = channel as unknown as Underneath;
  underneath.sendMessage(publication, publication, content);
  underneath.pushConfirmCallback(confirmed);
}
