/**
 * Validates the manifests of several placements against published schemas, and notes in schemas/accepted.json which fields
 * were accepted: `node -r ./tools/dev/register.js tools/deployment/validate.ts <folder>`. docs/deployment.md says where the schemas come from.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { noted } from './checks/fields';
import { draftsOf, manifestsOf } from './files';
import { PublishedSchemas } from './schemas/published';
import { allApart, extracted, monolithAlone, shopWith } from './testing/placements';
import { textOf } from './text';

async function main(): Promise<void> {
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Error('Name the folder that holds the schemas');
  const published = new PublishedSchemas(folder);
  const shops = [
    shopWith(monolithAlone),
    shopWith(monolithAlone, { keepBroker: true }),
    shopWith(extracted('orders')),
    shopWith(allApart),
  ];
  const manifests = shops.flatMap((shop) => manifestsOf(draftsOf(shop)));
  const problems = manifests.flatMap((manifest) => published.of(manifest).problems(manifest));
  if (problems.length > 0) throw new Error([...new Set(problems)].join('\n'));

  const kinds = noted(manifests, (manifest) => published.of(manifest));
  const json = { path: '', content: { json: { kinds } } };
  writeFileSync(join(__dirname, 'schemas', 'accepted.json'), await textOf(json));
  console.log(
    `${manifests.length} manifests of ${Object.keys(kinds).length} kinds, in ${shops.length} placements, are as their schemas say.`,
  );
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
