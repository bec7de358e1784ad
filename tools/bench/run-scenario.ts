import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { ScenarioBench } from './bench';
import { scenarios, soaks } from './scenarios';

/** One scenario in a process of its own, so that none inherits another's heap: prints its report as JSON. */
async function main(): Promise<void> {
  const { NAME = '', ROUNDS = '5', ROUND_MS = '1500', SERVER = '' } = process.env;
  Logger.overrideLogger(process.env.BENCH_LOG ? ['log', 'warn', 'error'] : ['error']);
  const scenario = { ...scenarios, ...soaks }[NAME];
  if (!scenario) throw new Error(`There is no scenario ${NAME}`);
  const bench = new ScenarioBench(Number(ROUNDS), Number(ROUND_MS), SERVER);
  try {
    const report = await scenario.run(bench);
    process.stdout.write(`${JSON.stringify(report)}\n`);
  } finally {
    await bench.clean();
  }
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);
