import { z } from 'zod';

/** A JSON schema as it goes into the document. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Turns zod schemas into JSON schemas of one document: what has a name is defined once and referred to. */
export class SchemaBook {
  readonly definitions: Record<string, unknown> = {};

  /** Returns the schema of what is sent (`input`) or answered (`output`). */
  of(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
    const { $defs, $schema: _dialect, ...own } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
    for (const [name, definition] of Object.entries($defs ?? {}))
      this.definitions[name] = redirected(definition);
    return redirected(own) as JsonSchema;
  }
}

/** References within one schema become references within the document. */
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
