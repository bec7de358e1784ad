import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { clausesOf } from './conformance';

const themes = readdirSync(__dirname)
  .filter((file) => file.endsWith('.spec.ts') && join(__dirname, file) !== __filename)
  .filter((file) => readFileSync(join(__dirname, file), 'utf8').includes("from './conformance'"));

describe('The conformance suite', () => {
  it('holds both transports to the same clauses, each said once', () => {
    const clauses = clausesOf(() => themes.forEach((file) => require(join(__dirname, file))));

    const { 'in-process': inProcess, rabbitmq } = clauses;
    process.stdout.write(
      `Clauses of the delivery promise: ${inProcess.length} in-process, ${rabbitmq.length} rabbitmq\n`,
    );
    expect(rabbitmq).toEqual(inProcess);
    expect(new Set(rabbitmq).size).toBe(rabbitmq.length);
    expect(inProcess.length).toBeGreaterThanOrEqual(70);
  });

  it.each(themes)('asks nowhere over which transport it plays, and leaves nothing out: %s', (file) => {
    const text = readFileSync(join(__dirname, file), 'utf8');

    expect(text).not.toMatch(/rabbit|in-process|transport\.name|\bskip\b|\bonly\(|\btodo\b/i);
  });
});
