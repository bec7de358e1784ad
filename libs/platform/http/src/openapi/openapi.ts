import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import { PROBLEM_JSON, Problem } from '../problems/problem';

export interface OpenApiOptions {
  /** What the page is headed with. */
  readonly title: string;
  /** (Default: 1) */
  readonly version?: string;
  /** What stands below the title, in Markdown. (Default: nothing) */
  readonly description?: string;
}

/**
 * Serves the page `/docs`, to which `/` leads, and the OpenAPI 3.1 document `/docs-json`, made from the schemas that
 * validate. Nothing on the page comes from elsewhere. Call it after `prepareHttp`, before `init` or `listen`.
 */
export function serveOpenApi(app: NestFastifyApplication, options: OpenApiOptions): void {
  app
    .getHttpAdapter()
    .getInstance()
    .get('/', (_request, reply) => reply.redirect('/docs'));
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('docs', app, () => (document ??= openApiDocument(app, options)), {
    jsonDocumentUrl: 'docs-json',
    raw: ['json'],
    customSiteTitle: options.title,
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
}

/** The OpenAPI 3.1 document of an application that is initialised. */
export function openApiDocument(
  app: NestFastifyApplication,
  { title, version = '1', description = '' }: OpenApiOptions,
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle(title)
    .setVersion(version)
    .setDescription(description)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, BEARER)
    .addSecurityRequirements(BEARER)
    .build();
  const components: Components = {};
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: (schema, { schemaType }) => {
      if (!(schema instanceof z.ZodType)) return undefined;
      return { schema: jsonSchemaOf(schema, schemaType, components) };
    },
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}.${method}`,
  });
  const problem = jsonSchemaOf(Problem, 'output', components);
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, ...components } as never,
  };
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const operation of Object.values(operations as Record<string, Operation>)) {
      describeOperation(operation, problem);
      nameOperation(operation, path);
    }
  }
  return document;
}

const BEARER = 'bearer';
type Components = Record<string, unknown>;

interface Operation {
  operationId?: string;
  tags?: string[];
  summary?: string;
  security?: unknown[];
  parameters?: unknown[];
  requestBody?: unknown;
  responses: Record<string, unknown>;
  'x-public'?: boolean;
  'x-roles'?: readonly string[];
}

/** What holds for every operation: its errors are problem documents, it needs a token unless it is public, and perhaps a role. */
function describeOperation(operation: Operation, schema: unknown): void {
  if (typeof operation !== 'object' || operation.responses === undefined) return;
  const problem = (description: string) => ({ description, content: { [PROBLEM_JSON]: { schema } } });
  if (operation['x-public']) operation.security = [];
  else operation.responses['401'] ??= problem('No valid access token');
  const roles = operation['x-roles'];
  if (roles) operation.responses['403'] ??= problem(`Only ${roles.join(' or ')} may do this`);
  if (operation.parameters?.length || operation.requestBody) {
    operation.responses['400'] ??= problem('The input is malformed; `errors` names each field');
  }
  operation.responses['default'] ??= problem('Any other error');
  delete operation['x-public'];
}

/** A use case has a controller of its own: its name is what the page says of it, among those of the same resource. */
function nameOperation(operation: Operation, path: string): void {
  const [, resource] = /^\/api\/v\d+\/([^/]+)/.exec(path) ?? [];
  if (!resource || !operation.operationId) return;
  operation.tags = [resource];
  const words = operation.operationId
    .replace(/\..*$/, '')
    .replace(/(?<=.)[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  operation.summary ??= words;
}

/**
 * JSON Schema draft 2020-12, which OpenAPI 3.1 speaks: @nestjs/swagger would ask for the form of 3.0, where a nullable
 * or an exclusive minimum reads otherwise. Schemas with an id become components.
 */
function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output', components: Components): unknown {
  const {
    $schema: _,
    $defs = {},
    ...rest
  } = z.toJSONSchema(schema, { io, target: 'draft-2020-12', unrepresentable: 'any' });
  for (const [id, definition] of Object.entries($defs)) components[id] = toComponent(definition);
  const { id, ...own } = rest as { id?: string };
  if (id === undefined) return toComponent(rest);
  components[id] = toComponent(own);
  return { $ref: `#/components/schemas/${id}` };
}

/** Definitions refer to each other by `#/$defs/…` and carry their id, which is no reference in a component. */
function toComponent(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(toComponent);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword, value]) => !(keyword === 'id' && typeof value === 'string' && /^[A-Z]/.test(value)))
      .map(([keyword, value]) => [
        keyword,
        keyword === '$ref' && typeof value === 'string'
          ? value.replace('#/$defs/', '#/components/schemas/')
          : toComponent(value),
      ]),
  );
}
