import { groupOf, listGroups } from './groups.js';
import type { Operation } from '../answers.js';
import { refusalsOf, statusesOf } from './refusals.js';
import { SESSION_COOKIE } from '../session-cookie.js';
import type { Route } from './routes.js';
import { sampleOf } from './samples.js';
import { SchemaBook, type JsonSchema } from './schemas.js';

const DESCRIPTION = `Job scheduling for multitenant applications. Times are UTC.

A binding's client id and secret get a token, which goes with every request:

\`\`\`sh
URL=http://localhost:3000 # where this service is
TOKEN=$(curl -s -u '<clientid>:<clientsecret>' -d grant_type=client_credentials $URL/oauth/token | jq -r .access_token)
curl -H "Authorization: Bearer $TOKEN" $URL/scheduler/jobs
\`\`\`

The token of the provider sees the whole service instance, the token of a tenant its own tenant only.`;

/**
 * Returns the OpenAPI 3.1 document of routes for a service at a public URL. It is made of the same schemas that the
 * routes parse with.
 */
export function openApiDocument(routes: readonly Route[], publicUrl: string) {
  const book = new SchemaBook();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of [...routes].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const methods = (paths[route.path] ??= {});
    methods[route.method] = operationOf(route, book);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Carillon',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    tags: listGroups(),
    paths,
    components: {
      schemas: book.definitions,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        basic: { type: 'http', scheme: 'basic', description: "A binding's client id and secret." },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: SESSION_COOKIE,
          description: 'A session of the dashboard; for its own pages alone.',
        },
      },
    },
    security: [{ bearer: [] }, { basic: [] }],
  };
}

function operationOf(route: Route, book: SchemaBook): JsonSchema {
  const body = route.body ?? route.operation?.body ?? null;
  return {
    operationId: route.name,
    tags: [groupOf(route.path)],
    ...(route.operation && { summary: route.operation.summary }),
    ...securityOf(route),
    parameters: [
      ...parameters(route, book),
      ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => pathParameter(name ?? '')),
    ],
    ...(body && { requestBody: requestBody(route, book.of(body, 'input')) }),
    responses: { ...answers(route, book), ...refusals(route, body !== null, book) },
  };
}

function securityOf({ right }: Route): JsonSchema {
  if (right === null) return { security: [] };
  return right === 'session' ? { security: [{ session: [] }] } : {};
}

function requestBody({ operation }: Route, schema: JsonSchema): JsonSchema {
  const { bodyMedia = 'application/json', isBodyOptional = false, example } = operation ?? {};
  const content = { schema, ...(example === undefined ? {} : { example }) };
  return { required: !isBodyOptional, content: { [bodyMedia]: content } };
}

/** Ids of jobs are numbers; clients have them as text too. */
function pathParameter(name: string): JsonSchema {
  const type = name === 'jobId' ? ['integer', 'string'] : 'string';
  return { name, in: 'path', required: true, schema: { type } };
}

function parameters({ query, operation }: Route, book: SchemaBook): JsonSchema[] {
  const schema = query ?? operation?.query;
  if (!schema) return [];
  const { properties = {}, required = [] } = book.of(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }));
}

function answers({ operation, status }: Route, book: SchemaBook): Record<string, JsonSchema> {
  const given = operation?.answers ?? { [status]: null };
  return Object.fromEntries(
    Object.entries(given).map(([code, answer]) => {
      const description = descriptionOf(Number(code));
      if (answer === null) return [code, { description }];
      const schema = book.of(answer, 'output');
      const content = { schema, example: sampleOf(schema, book.definitions) };
      const contents = mediaOf(operation, Number(code)).map((each) => [each, content]);
      return [code, { description, content: Object.fromEntries(contents) as JsonSchema }];
    }),
  );
}

function mediaOf(operation: Operation | null, status: number): readonly string[] {
  const { media = 'application/json', refusalMedia = media } = operation ?? {};
  return [status >= 400 ? refusalMedia : media].flat();
}

function descriptionOf(status: number): string {
  if (status === 201) return 'Created.';
  if (status === 304) return 'The answer is the one whose tag was sent.';
  if (status === 401) return 'Not the credentials that are asked for.';
  return status >= 400 ? 'Not ready.' : 'Done.';
}

function refusals(route: Route, hasBody: boolean, book: SchemaBook): Record<string, JsonSchema> {
  const { schema, media, exampleOf } = refusalsOf(route.path);
  const form = book.of(schema, 'output');
  const { operation, path, right } = route;
  const given = Object.keys(operation?.answers ?? {}).map(Number);
  const statuses = statusesOf({ path, isPublic: right === null, hasBody, more: operation?.refusals ?? [] });
  return Object.fromEntries(
    statuses
      .filter(([code]) => !given.includes(code))
      .map(([code, description]) => [
        String(code),
        { description, content: { [media]: { schema: form, example: exampleOf(code) } } },
      ]),
  );
}
