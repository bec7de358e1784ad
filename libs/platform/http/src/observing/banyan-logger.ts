import { causation } from '@banyan/messaging';
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as Pino, pino } from 'pino';

export interface LoggerOptions {
  /** Least level that is written: trace, debug, info, warn, error, fatal, silent. (Default: `LOG_LEVEL`, or info) */
  readonly level?: string;
  /** Lines for people instead of JSON. (Default: unless `NODE_ENV` is production) */
  readonly pretty?: boolean;
  /** Where lines go. (Default: standard output) */
  readonly destination?: DestinationStream;
  /** Fields of every line, such as the deployable. (Default: none) */
  readonly base?: Readonly<Record<string, unknown>>;
}

const SECRETS = ['authorization', 'cookie', 'password', 'paymentToken', 'accessToken', 'refreshToken'];

/**
 * Nest's logger over pino: JSON lines in production, one line for a person elsewhere. Every line carries the correlation
 * id and trace id of the act in hand; credentials are redacted, in fields and in text.
 */
export class BanyanLogger implements LoggerService {
  readonly pino: Pino;

  constructor({ level, pretty, destination, base = {} }: LoggerOptions = {}) {
    const to = destination ?? pino.destination({ fd: 1, sync: true });
    this.pino = pino(
      {
        level: level ?? process.env['LOG_LEVEL'] ?? 'info',
        base,
        timestamp: pino.stdTimeFunctions.isoTime,
        formatters: { level: (label) => ({ level: label }) },
        redact: {
          paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.headers.${name}`]),
          censor: '[redacted]',
        },
        mixin: () => {
          const cause = causation.current();
          return cause ? { correlationId: cause.correlationId, traceId: cause.traceparent.slice(3, 35) } : {};
        },
      },
      (pretty ?? process.env['NODE_ENV'] !== 'production') ? forPeople(to) : to,
    );
  }

  log = (message: unknown, ...rest: unknown[]) => this.write('info', message, rest);
  warn = (message: unknown, ...rest: unknown[]) => this.write('warn', message, rest);
  debug = (message: unknown, ...rest: unknown[]) => this.write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]) => this.write('trace', message, rest);
  fatal = (message: unknown, ...rest: unknown[]) => this.write('fatal', message, rest);
  error = (message: unknown, ...rest: unknown[]) => this.write('error', message, rest);

  /** Nest passes what was logged, perhaps a stack or further objects, and last the name of who logs. */
  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ) {
    if (!this.pino.isLevelEnabled(level)) return;
    const fields: Record<string, unknown> = {};
    const texts = rest.filter((item): item is string => typeof item === 'string');
    for (const item of rest) if (typeof item === 'object' && item !== null) Object.assign(fields, item);
    const stack = texts.find((text) => /\n\s+at /.test(text));
    const context = texts.filter((text) => text !== stack).at(-1);
    if (context !== undefined) fields['context'] = context;
    if (stack !== undefined) fields['stack'] = scrub(stack);
    if (message instanceof Error) {
      fields['stack'] ??= scrub(message.stack ?? '');
      this.pino[level](fields, scrub(message.message));
    } else if (typeof message === 'object' && message !== null) {
      this.pino[level]({ ...fields, ...message });
    } else {
      this.pino[level](fields, scrub(String(message)));
    }
  }
}

const scrub = (text: string) =>
  text.includes('earer ') ? text.replace(/\b(bearer) [\w.~+/=-]+/gi, '$1 [redacted]') : text;

const COLOURS: Record<string, string> = {
  debug: '\u001b[2m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[31m',
};

/** `12:30:01.250 warn  Relay  what happened`, coloured on a terminal. */
function forPeople(to: DestinationStream): DestinationStream {
  const colour =
    to instanceof Object && process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  return {
    write(line: string) {
      const { time, level, context, msg, stack, correlationId } = JSON.parse(line) as Record<string, string>;
      const act = correlationId && /warn|error|fatal/.test(level ?? '') ? `  (${correlationId})` : '';
      const text = `${time?.slice(11, 23)} ${level?.padEnd(5)} ${context ? `${context}  ` : ''}${msg ?? line.trim()}${act}`;
      const whole = stack ? `${text}\n${stack}` : text;
      const start = colour ? COLOURS[level ?? ''] : undefined;
      to.write(start ? `${start}${whole}\u001b[0m\n` : `${whole}\n`);
    },
  };
}
