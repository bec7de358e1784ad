import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { CHECKS, examineDesign } from './design';

const USAGE = `npm run check:design [-- --skip <check> …]

Checks what the design asks of the code, and says of each finding what to do. Ends with 1 where there is one.
Checks: ${Object.keys(CHECKS).join(', ')}.`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      root: { type: 'string', default: '.' },
      skip: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.help) return console.log(USAGE);
  const findings = await examineDesign(resolve(values.root), values.skip);
  for (const check of new Set(findings.map(({ check }) => check))) {
    console.error(`\n${check}`);
    for (const { place, text } of findings.filter((each) => each.check === check))
      console.error(`- ${place}\n  ${text}`);
  }
  const checked = Object.keys(CHECKS).filter((name) => !values.skip.includes(name));
  if (findings.length > 0) console.error(`\n${findings.length} to mend.`);
  else console.log(`The design holds: ${checked.join(', ')}.`);
  process.exitCode = findings.length > 0 ? 1 : 0;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
