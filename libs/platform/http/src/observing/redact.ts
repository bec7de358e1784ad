const REDACTED = '[redacted]';

/** Names of fields and headers, in lower case, whose values open doors. */
const SECRETS = new Set([
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'token',
  'paymenttoken',
  'accesstoken',
  'refreshtoken',
]);

/** A copy of `fields` in which credentials are redacted, three levels deep; errors by message and stack. */
export function redactFields(fields: object, levels = 3): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (SECRETS.has(name.toLowerCase())) copy[name] = REDACTED;
    else if (typeof value === 'string') copy[name] = redactText(value);
    else if (value instanceof Error)
      copy[name] = { message: redactText(value.message), stack: redactText(value.stack ?? '') };
    else if (isPlain(value)) copy[name] = levels > 1 ? redactFields(value, levels - 1) : REDACTED;
    else copy[name] = value;
  }
  return copy;
}

/** `text` without the credentials of an Authorization header, or of a URL. */
export function redactText(text: string): string {
  const plain = text.includes('earer ') ? text.replace(/\b(bearer) [\w.~+/=-]+/gi, `$1 ${REDACTED}`) : text;
  return plain.includes('://') ? plain.replace(/(:\/\/[^\s:/@]*):[^\s/@]+@/g, `$1:${REDACTED}@`) : plain;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
