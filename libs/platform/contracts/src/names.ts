const KEBAB = '[a-z][a-z0-9]*(?:-[a-z0-9]+)*';
const CONTEXT_NAME = new RegExp(`^${KEBAB}$`);
const MESSAGE_NAME = new RegExp(`^(${KEBAB})\\.(${KEBAB})\\.v([1-9][0-9]{0,3})$`);
const ERROR_CODE = new RegExp(`^(${KEBAB})\\.${KEBAB}$`);

/** Names become routing keys, queues, schemas and roles; the shortest of those limits holds for all. */
const MAX_CONTEXT_LENGTH = 40;
/** Taken where contexts live: on the broker, in the database, under libs/. Refused before a context is ever extracted. */
const RESERVED = ['dead', 'events', 'requests', 'public', 'platform'];

const MAX_NAME_LENGTH = 200;

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
  const match = name.length <= MAX_NAME_LENGTH ? MESSAGE_NAME.exec(name) : null;
  if (!match)
    throw new TypeError(
      `"${name}" is no message name; write <context>.<kebab-case>.v<number>, such as orders.order-placed.v1`,
    );
  const [, context, fact, version] = match as unknown as [string, string, string, string];
  assertContextName(context);
  return { context, subject: `${context}.${fact}`, version: Number(version) };
}

/** @throws TypeError when the name of a context is not kebab-case, longer than a database role may be, or taken. */
export function assertContextName(name: string): void {
  if (!CONTEXT_NAME.test(name) || name.length > MAX_CONTEXT_LENGTH)
    throw new TypeError(
      `"${name}" is no context name; write kebab-case of at most ${MAX_CONTEXT_LENGTH} characters`,
    );
  if (RESERVED.includes(name)) throw new TypeError(`No context can be called ${name}: the name is taken`);
}

/** The context that an error code names. @throws TypeError when it is not `<context>.<kebab-case>`. */
export function contextOfErrorCode(code: string): string {
  const context = ERROR_CODE.exec(code)?.[1];
  if (!context)
    throw new TypeError(
      `"${code}" is no error code; write <context>.<kebab-case>, such as catalog.unknown-sku`,
    );
  return context;
}
