import { causation } from '@banyan/messaging';
import type { LoggerService } from '@nestjs/common';
import { type DestinationStream, type Logger as Pino, pino } from 'pino';
import { linesForPeople } from './lines-for-people';
import { redactFields, redactText } from './redact';

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

type Level = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

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
        mixin: () => {
          const cause = causation.current();
          return cause ? { correlationId: cause.correlationId, traceId: cause.traceparent.slice(3, 35) } : {};
        },
      },
      (pretty ?? process.env['NODE_ENV'] !== 'production') ? linesForPeople(to) : to,
    );
  }

  log = (message: unknown, ...rest: unknown[]) =>
    this.write(NEST_AT_START.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  warn = (message: unknown, ...rest: unknown[]) => this.write('warn', message, rest);
  debug = (message: unknown, ...rest: unknown[]) => this.write('debug', message, rest);
  verbose = (message: unknown, ...rest: unknown[]) => this.write('trace', message, rest);
  fatal = (message: unknown, ...rest: unknown[]) => this.write('fatal', message, rest);
  error = (message: unknown, ...rest: unknown[]) => this.write('error', message, rest);

  /** Nest passes what was logged, perhaps a stack or further objects, and last the name of who logs. */
  private write(level: Level, message: unknown, rest: readonly unknown[]): void {
    if (!this.pino.isLevelEnabled(level)) return;
    const fields: Record<string, unknown> = {};
    for (const item of rest) {
      if (typeof item === 'object' && item !== null) Object.assign(fields, redactFields(item));
      else if (typeof item === 'string' && STACK.test(item)) fields['stack'] = redactText(item);
      else if (typeof item === 'string') fields['context'] = item;
    }
    if (message instanceof Error) {
      fields['stack'] ??= redactText(message.stack ?? '');
      this.pino[level](fields, redactText(message.message));
    } else if (typeof message === 'object' && message !== null) {
      this.pino[level](Object.assign(fields, redactFields(message)));
    } else {
      this.pino[level](fields, redactText(String(message)));
    }
  }
}

const STACK = /\n\s+at /;

/** Nest tells of each module and route at every start, which nobody reads twice. */
const NEST_AT_START = new Set<unknown>([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
  'NestMicroservice',
]);
