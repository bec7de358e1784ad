import { Logger } from '@nestjs/common';
import { leaveGround, Stage, type TransportName, transports } from './stage';

/** One sentence of the delivery promise. It plays on a stage and cannot know over which transport. */
export type Clause = (sentence: string, play: (stage: Stage) => Promise<void>) => void;

/** Where clauses are counted instead of run. See counts.spec.ts. */
let counting: ((transport: TransportName, theme: string, sentence: string) => void) | undefined;

/** Calls `load`, which requires spec files, and only notes which clauses would run. */
export function clausesOf(load: () => void): Record<TransportName, string[]> {
  const found: Record<TransportName, string[]> = { 'in-process': [], rabbitmq: [] };
  counting = (transport, theme, sentence) => found[transport].push(`${theme} ${sentence}`);
  try {
    load();
  } finally {
    counting = undefined;
  }
  return found;
}

afterAll(leaveGround);

/** One theme of the suite: the same clauses over each transport. */
export function conformance(theme: string, clauses: (clause: Clause) => void): void {
  for (const transport of transports) describeTransport(transport, theme, clauses);
}

function describeTransport(transport: TransportName, theme: string, clauses: (clause: Clause) => void): void {
  if (counting) {
    const note = counting;
    clauses((sentence) => note(transport, theme, sentence));
    return;
  }
  describe(`Over ${transport}: ${theme}`, () => {
    beforeAll(() => {
      if (!process.env['BANYAN_TEST_LOG']) Logger.overrideLogger(false);
    });
    clauses((sentence, play) => {
      it(sentence, async () => {
        const stage = await Stage.of(transport);
        let well = false;
        try {
          await play(stage);
          well = true;
        } finally {
          await stage.end(well);
        }
      });
    });
  });
}
