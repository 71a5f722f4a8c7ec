import { z } from 'zod';

/** A JSON schema of the document. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Turns zod schemas into JSON schemas of one document. A schema with an id is defined once, and referred to. */
export class SchemaBook {
  readonly definitions: Record<string, unknown> = {};

  /** Returns the JSON schema of a request (`input`) or of a response (`output`), and adds its definitions to the book. */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $defs, $schema: _dialect, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
    const written = (part: unknown) =>
      io === 'input' ? withoutDefaults(redirected(part)) : redirected(part);
    for (const [name, definition] of Object.entries($defs ?? {}))
      this.definitions[name] = written(definition);
    return written(own) as JsonSchema;
  }
}

/** Returns a part of a schema with its references pointing into the document, and without zod's ids. */
function redirected(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(redirected);
  if (typeof part !== 'object' || part === null) return part;
  const entries = Object.entries(part).filter(([key, value]) => key !== 'id' || typeof value !== 'string');
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string'
        ? value.replace('#/$defs/', '#/components/schemas/')
        : redirected(value),
    ]),
  );
}

/**
 * Returns a schema of a request whose defaults are said in words: generators of clients take a field with a default
 * for one that is always there.
 */
function withoutDefaults(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withoutDefaults);
  if (typeof part !== 'object' || part === null) return part;
  const { default: value, ...rest } = part as { default?: unknown; description?: string };
  const entries = Object.entries(rest).map(([key, each]) => [key, withoutDefaults(each)] as const);
  if (value === undefined || value === null) return Object.fromEntries(entries);
  const said = `Default: ${JSON.stringify(value)}`;
  const description = rest.description === undefined ? said : `${rest.description}. ${said}`;
  return { ...Object.fromEntries(entries), description };
}
