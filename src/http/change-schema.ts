import { z } from 'zod';

/** A field without its default: one that is not given is undefined. */
type Changed<Field> =
  Field extends z.ZodDefault<infer Inner extends z.ZodType>
    ? z.ZodOptional<Inner>
    : Field extends z.ZodOptional
      ? Field
      : Field extends z.ZodType
        ? z.ZodOptional<Field>
        : never;

/**
 * Returns the schema of a change of what a draft describes: the same fields in the same forms, of which none must be
 * given. What is not given is undefined and not its default, so that it stays as it is.
 */
export function changeSchema<Shape extends z.ZodRawShape>(draft: z.ZodObject<Shape>) {
  const fields = Object.entries(draft.shape).map(([name, field]) => [name, changed(field as z.ZodType)]);
  // Each field keeps its name and, but for default and presence, its type.
  return z.object(Object.fromEntries(fields) as { [Name in keyof Shape]: Changed<Shape[Name]> });
}

function changed(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodDefault) return z.optional(field.unwrap() as z.ZodType);
  return field instanceof z.ZodOptional ? field : z.optional(field);
}
