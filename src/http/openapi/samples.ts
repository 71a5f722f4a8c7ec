import type { JsonSchema } from './schemas.js';

/** The values of fields that a type alone says little about. */
const BY_NAME: Readonly<Record<string, unknown>> = {
  name: 'nightly report',
  description: 'Sends the report of the day',
  action: 'https://app.example.com/jobs/report',
  cron: '* * * * 3 0 0',
  repeatInterval: '10 minutes',
  repeatAt: '4.40pm',
  time: 'tomorrow at 4pm',
  data: '{"month":12}',
  runText: '[]',
  subDomain: 'acme',
  subdomain: 'acme',
  actor: 'sb-shop',
  q: 'report active:true',
  filter: "contains(name, 'report')",
  prev_url: null,
  next_url: null,
  'job-uri': '/api/jobs/018f3a52-7b1c-7c3e-9d2a-5b6c7d8e9f00',
};
const BY_FORMAT: Readonly<Record<string, string>> = {
  uuid: '018f3a52-7b1c-7c3e-9d2a-5b6c7d8e9f00',
  date: '2030-01-01',
};
const TIME = '2030-01-01 03:00:00';

/** A schema as far as samples need it. */
interface Sampled {
  readonly $ref?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
}

/** Returns a value that a schema of an answer describes; `definitions` are what it refers to. */
export function sampleOf(
  schema: JsonSchema,
  definitions: Readonly<Record<string, unknown>>,
  name = '',
): unknown {
  const { $ref, anyOf, properties, items, ...part } = schema as Sampled;
  if ($ref !== undefined)
    return sampleOf(definitions[$ref.split('/').at(-1) ?? ''] as JsonSchema, definitions, name);
  if (part.const !== undefined) return part.const;
  if (part.enum !== undefined) return part.enum[0];
  if (name in BY_NAME && (BY_NAME[name] !== null || part.type !== 'string')) return BY_NAME[name];
  if (anyOf?.[0] !== undefined) return sampleOf(anyOf[0], definitions, name);
  if (properties !== undefined) {
    const fields = Object.entries(properties);
    return Object.fromEntries(fields.map(([field, its]) => [field, sampleOf(its, definitions, field)]));
  }
  if (items !== undefined) return [sampleOf(items, definitions)];
  return plainSample(part, name);
}

function plainSample({ type, format, pattern, minimum }: Sampled, name: string): unknown {
  switch (typeof type === 'object' ? type[0] : type) {
    case 'string':
      return BY_FORMAT[format ?? ''] ?? (pattern === undefined ? `some ${name || 'text'}` : TIME);
    case 'integer':
    case 'number':
      return Math.max(1, minimum ?? 1);
    case 'boolean':
      return true;
    case 'array':
      return [];
    case 'null':
      return null;
    default:
      return {};
  }
}
