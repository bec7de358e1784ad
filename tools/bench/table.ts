import { type Line, reached, type Report, type Target } from './report';

/** A report for a terminal. */
export function table({ lines, targets, notes = [] }: Report): string {
  const width = Math.max(...lines.map(({ name }) => name.length), 10) + 2;
  const rows = lines.map((line) => `  ${line.name.padEnd(width)}${valueOf(line)}`);
  const verdicts = targets.map(
    (target) => `  ${reached(target) ? 'reached' : 'MISSED '}  ${aimOf(target)}: ${measuredOf(target)}`,
  );
  return [...rows, ...verdicts, ...notes.map((note) => `  ${note}`)].join('\n');
}

export function valueOf({ value, unit, range, absent }: Line): string {
  if (absent !== undefined) return `absent: ${absent}`;
  const between = range ? ` (${figure(range[0])}–${figure(range[1])})` : '';
  return `${figure(value)} ${unit}${between}`;
}

export const aimOf = ({ what, atLeast, atMost, unit }: Target): string => {
  const bound = atLeast !== undefined ? `≥ ${figure(atLeast)}` : `≤ ${figure(atMost ?? NaN)}`;
  return `${what} ${bound}${unit ? ` ${unit}` : ''}`;
};

export const measuredOf = ({ value, unit }: Target): string => `${figure(value)}${unit ? ` ${unit}` : ''}`;

/** Three digits that count. */
export function figure(value: number): string {
  if (Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString('en');
  return value.toFixed(size >= 10 ? 1 : size === 0 ? 0 : 2);
}
