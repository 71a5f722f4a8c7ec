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
 * Returns the schema of a change to what a draft describes: the same fields in the same forms, none of them required.
 * A field that is not given is undefined and never its default, so that what is stored stays. Rules of the draft about
 * several fields together do not apply to a change. Throws Error where a default lies too deep to be taken away.
 */
export function changeSchema<Shape extends z.ZodRawShape>(draft: z.ZodObject<Shape>) {
  const fields = Object.entries(draft.shape).map(([name, field]) => [
    name,
    changed(name, field as z.ZodType),
  ]);
  // Each field keeps its name and, but for default and presence, its type.
  return z.object(Object.fromEntries(fields) as { [Name in keyof Shape]: Changed<Shape[Name]> });
}

function changed(name: string, field: z.ZodType): z.ZodType {
  const inner = field instanceof z.ZodDefault ? (field.unwrap() as z.ZodType) : field;
  const optional = inner instanceof z.ZodOptional ? inner : z.optional(inner);
  // zod lets a default win over `optional`, wherever in the field it is.
  const { data } = optional.safeParse(undefined);
  if (data === undefined) return optional;
  throw new Error(`'${name}' has a default that a change would keep: let .default() be its last step.`);
}
