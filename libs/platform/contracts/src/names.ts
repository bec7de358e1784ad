const MESSAGE_NAME = /^([a-z][a-z0-9-]*)\.([a-z][a-z0-9-]*)\.v([1-9][0-9]*)$/;

/** The parts of a wire name such as `orders.order-placed.v1`. */
export interface MessageName {
  /** Who publishes or answers: `orders`. */
  readonly context: string;
  /** The fact or question without its version: `orders.order-placed`. */
  readonly subject: string;
  readonly version: number;
}

/** @throws TypeError when the name is not `<context>.<kebab-case>.v<number>`. */
export function parseMessageName(name: string): MessageName {
  const match = MESSAGE_NAME.exec(name);
  if (!match)
    throw new TypeError(
      `"${name}" is no message name; write <context>.<kebab-case>.v<number>, such as orders.order-placed.v1`,
    );
  const [, context, fact, version] = match as unknown as [string, string, string, string];
  return { context, subject: `${context}.${fact}`, version: Number(version) };
}
