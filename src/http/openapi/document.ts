import { refusal } from '../answers.js';
import { protocolOf } from '../protocols.js';
import { groupOf, listGroups } from './groups.js';
import type { Route } from './routes.js';
import { SchemaBook, type JsonSchema } from './schemas.js';

const DESCRIPTION = `Job scheduling for multitenant applications. Times are UTC.

A binding's client id and secret get a token, which goes with every request:

\`\`\`sh
URL=http://localhost:3000 # where this service is
TOKEN=$(curl -s -u '<clientid>:<clientsecret>' -d grant_type=client_credentials $URL/oauth/token | jq -r .access_token)
curl -H "Authorization: Bearer $TOKEN" $URL/scheduler/jobs
\`\`\`

The token of the provider sees the whole service instance, the token of a tenant its own tenant only.`;

/** What the refusals of the scheduler's routes mean, by status. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The request is not valid; the message names the field, the value and the remedy.',
  401: 'No credentials, or credentials that do not hold.',
  403: 'The credentials do not carry the right.',
  404: 'There is no such object, or not for this caller.',
  409: 'The object is in a state that does not permit the request.',
  413: 'The body is larger than 100 KB.',
  415: 'The body is not JSON by its content type.',
  429: 'Too many requests of this tenant; see Retry-After.',
  500: 'The service failed.',
  503: 'The service is busy; see Retry-After.',
};
const ALWAYS = [400, 401, 403, 404, 429, 500, 503];
const WITH_BODY = [413, 415];

/** Returns the OpenAPI 3.1 document of routes. It is made of the same schemas that the routes parse with. */
export function openApiDocument(routes: readonly Route[]) {
  const book = new SchemaBook();
  const error = book.of(refusal, 'output');
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of [...routes].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const methods = (paths[route.path] ??= {});
    methods[route.method] = operationOf(route, book, error);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Carillon',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    tags: listGroups(),
    paths,
    components: {
      schemas: book.definitions,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        basic: { type: 'http', scheme: 'basic', description: "A binding's client id and secret." },
      },
    },
    security: [{ bearer: [] }, { basic: [] }],
  };
}

function operationOf(route: Route, book: SchemaBook, error: JsonSchema): JsonSchema {
  const body = route.body ?? route.operation?.body ?? null;
  const isScheduler = protocolOf(route.path).name === 'SAP';
  return {
    operationId: route.name,
    tags: [groupOf(route.path)],
    ...(route.operation && { summary: route.operation.summary }),
    ...(route.right === null ? { security: [] } : {}),
    parameters: [
      ...parameters(route, book),
      ...[...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => pathParameter(name ?? '')),
    ],
    ...(body && {
      requestBody: { required: true, content: { 'application/json': { schema: book.of(body, 'input') } } },
    }),
    responses: {
      ...answers(route, book),
      ...(isScheduler ? refusals(route, body !== null, error) : {}),
    },
  };
}

function pathParameter(name: string): JsonSchema {
  return { name, in: 'path', required: true, schema: { type: 'string' } };
}

function parameters({ query }: Route, book: SchemaBook): JsonSchema[] {
  if (!query) return [];
  const { properties = {}, required = [] } = book.of(query, 'input') as {
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
    Object.entries(given).map(([code, schema]) => [
      code,
      {
        description: Number(code) === 201 ? 'Created.' : 'Done.',
        ...(schema && { content: { 'application/json': { schema: book.of(schema, 'output') } } }),
      },
    ]),
  );
}

function refusals(route: Route, hasBody: boolean, schema: JsonSchema): Record<string, JsonSchema> {
  const codes = [...ALWAYS, ...(hasBody ? WITH_BODY : []), ...(route.operation?.refusals ?? [])];
  return Object.fromEntries(
    codes.map((code) => [
      String(code),
      { description: REFUSALS[code] ?? 'Refused.', content: { 'application/json': { schema } } },
    ]),
  );
}
