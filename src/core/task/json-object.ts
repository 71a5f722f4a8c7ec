import { InvalidInput, shown } from '../errors.js';

/** Returns an object as such. `place` is where it stands. Throws InvalidInput for anything else. */
export function objectAt(value: unknown, place: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new InvalidInput(`'${place}' must be a JSON object, but is ${shown(value)}`, place);
}
