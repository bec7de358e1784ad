import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../manifest';
import type { PublishedKind, Schema } from '../schemas/published';

/** Fields that published schemas accepted, by kind and path, with the types or, of an enumeration, the values they had. */
export type AcceptedFields = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

interface Field {
  readonly path: string;
  readonly value: unknown;
}

const FILE = join(__dirname, '..', 'schemas', 'accepted.json');

let read: AcceptedFields | undefined;

export const acceptedFields = (): AcceptedFields =>
  (read ??= (JSON.parse(readFileSync(FILE, 'utf8')) as { kinds: AcceptedFields }).kinds);

/** Fields that no published schema was ever asked about: mistyped, or of a change that must be validated first. */
export function fieldProblems(manifests: readonly Manifest[], accepted: AcceptedFields): string[] {
  const problems = manifests.flatMap((manifest) => {
    const kind = kindOf(manifest);
    const known = accepted[kind];
    if (!known) return [`No published schema was asked about ${kind}; ${HOW}`];
    return fieldsOf(manifest, (path) => `${path}.*` in known).flatMap(({ path, value }) => {
      const seen = known[path];
      if (!seen) return [`No published schema was asked about ${path} of ${kind}; ${HOW}`];
      return seen.includes(typeOf(value)) || seen.includes(JSON.stringify(value))
        ? []
        : [
            `${path} of ${kind} is ${JSON.stringify(value)}; published schemas accepted ${seen.join(', ')}; ${HOW}`,
          ];
    });
  });
  return [...new Set(problems)];
}

const HOW = 'validate it: node -r ./tools/dev/register.js tools/deployment/validate.ts <folder of schemas>';

/** What to note of manifests that their published schemas accept. */
export function noted(
  manifests: readonly Manifest[],
  publishedKind: (manifest: Manifest) => PublishedKind,
): AcceptedFields {
  const kinds = new Map<string, Map<string, Set<string>>>();
  for (const manifest of manifests) {
    const fields = kinds.get(kindOf(manifest)) ?? new Map<string, Set<string>>();
    kinds.set(kindOf(manifest), fields);
    const { schema, resolve } = publishedKind(manifest);
    const at = (path: string): Schema => schemaAt(schema, path, resolve);
    for (const { path, value } of fieldsOf(manifest, (place) => isMap(at(place)))) {
      const what = 'enum' in at(path) ? JSON.stringify(value) : typeOf(value);
      fields.set(path, (fields.get(path) ?? new Set<string>()).add(what));
    }
  }
  const sorted = <T>(map: Map<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(
    sorted(kinds).map(([kind, fields]) => [
      kind,
      Object.fromEntries(sorted(fields).map(([path, whats]) => [path, [...whats].sort()])),
    ]),
  );
}

/** Every field with its path: `spec.ports[].name`, `metadata.labels.*`. */
function fieldsOf(value: unknown, isMapAt: (path: string) => boolean, path = ''): Field[] {
  if (value === undefined) return [];
  const here = path === '' ? [] : [{ path, value }];
  if (Array.isArray(value))
    return [...here, ...value.flatMap((each) => fieldsOf(each, isMapAt, `${path}[]`))];
  if (typeof value !== 'object' || value === null) return here;
  const prefix = path === '' ? '' : `${path}.`;
  const map = isMapAt(path);
  return [
    ...here,
    ...Object.entries(value).flatMap(([name, each]) =>
      fieldsOf(each, isMapAt, `${prefix}${map ? '*' : name}`),
    ),
  ];
}

function schemaAt(root: Schema, path: string, resolve: (schema: Schema) => Schema): Schema {
  let schema = resolve(root);
  if (path === '') return schema;
  for (const step of path.replaceAll('[]', '.[]').split('.')) {
    // A label may have dots of its own; it stands for a key of a map, where all keys are alike.
    const next: unknown =
      step === '[]' ? schema['items'] : (schema['properties']?.[step] ?? schema['additionalProperties']);
    schema = typeof next === 'object' && next !== null ? resolve(next as Schema) : {};
  }
  return schema;
}

const isMap = (schema: Schema): boolean =>
  schema['type'] === 'object' &&
  !schema['properties'] &&
  (typeof schema['additionalProperties'] === 'object' ||
    schema['x-kubernetes-preserve-unknown-fields'] === true);

const kindOf = ({ apiVersion, kind }: Manifest): string => `${apiVersion} ${kind}`;

const typeOf = (value: unknown): string =>
  Array.isArray(value)
    ? 'array'
    : Number.isInteger(value)
      ? 'integer'
      : value === null
        ? 'null'
        : typeof value;
