import type { DestinationStream } from 'pino';

const COLOURS: Record<string, string> = {
  trace: '\u001b[2m',
  debug: '\u001b[2m',
  warn: '\u001b[33m',
  error: '\u001b[31m',
  fatal: '\u001b[31m',
};

/** Turns JSON lines into `12:30:01.250 warn  Relay  what happened`, coloured on a terminal. */
export function linesForPeople(to: DestinationStream): DestinationStream {
  const coloured = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  return {
    write(json: string): void {
      const line = JSON.parse(json) as Record<string, unknown>;
      const level = String(line['level']);
      const context = line['context'] ? `${String(line['context'])}  ` : '';
      const act =
        line['correlationId'] && /warn|error|fatal/.test(level) ? `  (${String(line['correlationId'])})` : '';
      const text = `${String(line['time']).slice(11, 23)} ${level.padEnd(5)} ${context}${textOf(line)}${act}`;
      const whole = line['stack'] ? `${text}\n${String(line['stack'])}` : text;
      const colour = coloured ? COLOURS[level] : undefined;
      to.write(colour ? `${colour}${whole}\u001b[0m\n` : `${whole}\n`);
    },
  };
}

const TOLD = new Set(['time', 'level', 'context', 'stack', 'correlationId', 'traceId']);

function textOf({ msg, ...line }: Record<string, unknown>): string {
  if (typeof msg === 'string') return msg;
  return JSON.stringify(Object.fromEntries(Object.entries(line).filter(([name]) => !TOLD.has(name))));
}
