import Ajv, { type ValidateFunction } from 'ajv';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../manifest';

export type Schema = Readonly<Record<string, any>>;

/** A kind, as a published schema has it. */
export interface PublishedKind {
  readonly schema: Schema;
  /** Follows references, and says nothing of alternatives. */
  resolve(schema: Schema): Schema;
  /** Sentences about what the schema refuses; unknown fields among them. */
  problems(manifest: Manifest): string[];
}

/**
 * Published schemas in a folder: `swagger.json` of Kubernetes, and those of operators and meshes as JSON Schema under
 * `<group>/<kind>_<version>.json`, which is how github.com/datreeio/CRDs-catalog lays them out.
 */
export class PublishedSchemas {
  private readonly ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  private readonly kubernetes: Schema;
  private readonly known = new Map<string, PublishedKind>();

  /** @throws Error when the folder holds no schemas of Kubernetes */
  constructor(private readonly folder: string) {
    const file = join(folder, 'swagger.json');
    if (!existsSync(file))
      throw new Error(`There is no ${file}: the OpenAPI document of Kubernetes belongs there`);
    this.kubernetes = closed(JSON.parse(readFileSync(file, 'utf8')) as Schema);
    this.ajv.addSchema({ $id: 'kubernetes', definitions: this.kubernetes['definitions'] });
  }

  /** @throws Error when the folder holds no schema of that kind */
  of({ apiVersion, kind }: Manifest): PublishedKind {
    const name = `${apiVersion} ${kind}`;
    const found = this.known.get(name) ?? this.load(apiVersion, kind);
    this.known.set(name, found);
    return found;
  }

  private load(apiVersion: string, kind: string): PublishedKind {
    const [version, group = ''] = apiVersion.split('/').reverse() as [string, string?];
    const file = join(this.folder, group, `${kind.toLowerCase()}_${version}.json`);
    if (existsSync(file)) {
      const schema = JSON.parse(readFileSync(file, 'utf8')) as Schema;
      return this.kindOf(schema, this.ajv.compile(schema));
    }
    const definition = Object.entries<Schema>(this.kubernetes['definitions']).find(([, each]) =>
      each['x-kubernetes-group-version-kind']?.some(
        (it: Schema) => it['group'] === group && it['version'] === version && it['kind'] === kind,
      ),
    );
    if (!definition) throw new Error(`There is no schema of ${apiVersion} ${kind} in ${this.folder}`);
    const reference = { $ref: `kubernetes#/definitions/${definition[0]}` };
    return this.kindOf(definition[1], this.ajv.compile(reference));
  }

  private kindOf(schema: Schema, validate: ValidateFunction): PublishedKind {
    const resolve = (each: Schema): Schema => {
      const reference: string | undefined = each['$ref'];
      if (!reference) return each;
      return resolve(this.kubernetes['definitions'][reference.slice(reference.lastIndexOf('/') + 1)]);
    };
    return {
      schema,
      resolve,
      problems: (manifest) =>
        validate(JSON.parse(JSON.stringify(manifest)))
          ? []
          : (validate.errors ?? []).map(
              ({ instancePath, message, params }) =>
                `${manifest.kind} ${manifest.metadata.name}: ${instancePath} ${message} ${JSON.stringify(params)}`,
            ),
    };
  }
}

/** Objects that list their fields have no others: Kubernetes would drop them in silence. */
function closed(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  if (schema['format'] === 'int-or-string') return { type: ['integer', 'string'] };
  const inner: Schema = Object.fromEntries(
    Object.entries<any>(schema).map(([name, each]) => [name, closed(each)]),
  );
  return inner['type'] === 'object' &&
    typeof inner['properties'] === 'object' &&
    !inner['additionalProperties']
    ? { ...inner, additionalProperties: false }
    : inner;
}
