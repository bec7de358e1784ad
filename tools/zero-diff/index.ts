import { parseArgs } from 'node:util';
import { Checkout } from './checkout';
import { prove, type Step } from './proof';
import { record } from './record';

const USAGE = `npm run prove:zero-diff [-- --quick] [--record] [--keep]

Copies this checkout, generates an eighth context there, plays it in one process, extracted and absorbed, with the journey and
the conformance suite, and moves each of the others out and back; and shows that no file of libs/ or apps/*/src differs by its
hash. Takes some minutes, a PostgreSQL and a RabbitMQ, which are found as for npm test. Nothing here is touched.
  --quick      plays and checks nothing: only generates, moves and compares
  --record     writes docs/zero-diff.md
  --keep       leaves the copy, and says where`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      quick: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(USAGE);
  if (values.quick && values.record) throw new Error('A quick run proves too little to be recorded.');
  const copy = Checkout.copy();
  console.log(`In ${copy.folder}`);
  // Ctrl-C ends the command in hand, and with it the proof; the copy is then removed as after any failure.
  process.once('SIGINT', () => undefined);
  try {
    const steps = await prove(copy, say, { play: !values.quick });
    if (values.record) await record(steps);
  } finally {
    if (!values.keep) copy.remove();
  }
}

const say = ({ what, seen, seconds }: Step): void =>
  console.log(`${seconds.toFixed(0).padStart(4)} s  ${what}: ${seen}`);

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
