import { z } from 'zod';
import { InvalidInput } from '../../core/errors.js';
import { firstCharacters } from '../../core/text/first-characters.js';
import { refusing } from '../../http/validation.js';

/** The keys of `ansConfig` or `calmConfig`. */
interface Keys {
  readonly required?: readonly string[];
  readonly optional?: readonly string[];
}

/**
 * A small object of JSON booleans, refused in the contract's words (rest-api.md, "POST /scheduler/jobs"): only
 * booleans count, unknown keys are refused, a missing required key is told before an unknown one. `null` is none.
 */
export function configObject(name: string, { required = [], optional = [] }: Keys) {
  const known = [...required, ...optional];
  const parse = (value: unknown): Readonly<Record<string, boolean>> | null => {
    if (value === null) return null;
    if (typeof value !== 'object' || Array.isArray(value)) {
      throw new InvalidInput(`'${name}' must be of type 'object'`, name);
    }
    const entries = Object.entries(value);
    if (entries.length === 0) throw new InvalidInput(`'${name}' object cannot be empty`, name);
    const missing = required.find((key) => !Object.hasOwn(value, key));
    if (missing !== undefined) {
      throw new InvalidInput(`'${missing}' is a required property for object '${name}'`, name);
    }
    for (const [key, flag] of entries) {
      if (!known.includes(key)) {
        throw new InvalidInput(
          `'${firstCharacters(key, 80)}' is not an allowed property for object '${name}'`,
          name,
        );
      }
      if (typeof flag !== 'boolean') {
        throw new InvalidInput(`'${key}' in '${name}' must be of type 'boolean'`, name);
      }
    }
    return Object.fromEntries(entries);
  };
  const properties = Object.fromEntries(known.map((key) => [key, { type: 'boolean' as const }]));
  return z
    .unknown()
    .transform(refusing(parse))
    .meta({ type: ['object', 'null'], properties, required: [...required], additionalProperties: false });
}
