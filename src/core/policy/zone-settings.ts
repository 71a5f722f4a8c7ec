import { InvalidInput, shown } from '../errors.js';
import { zoneName } from '../zone/zone-name.js';
import { DEFAULT_DST, type Dst, type ZoneRule } from '../zone/zone-rule.js';
import type { Json } from './json.js';

const GAPS = ['after', 'skip'] as const;
const OVERLAPS = ['first', 'last', 'both'] as const;

/** Returns the name of a zone as it is stored. Throws InvalidInput. */
export function timeZoneSetting(given: unknown): string {
  if (typeof given === 'string') return zoneName(given);
  throw new InvalidInput(
    `'timeZone' must be the name of a time zone, such as 'Europe/Berlin', but is ${shown(given)}`,
    'timeZone',
  );
}

/** Returns what happens where the clock changes, with what is not given left out. Throws InvalidInput. */
export function dstSetting(given: unknown): Partial<Dst> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw refusal(given);
  const { gap, overlap, ...others } = given as Readonly<Record<string, unknown>>;
  if (Object.keys(others).length > 0 || (gap === undefined && overlap === undefined)) throw refusal(given);
  return {
    ...(gap !== undefined && { gap: oneOf('gap', GAPS, gap) }),
    ...(overlap !== undefined && { overlap: oneOf('overlap', OVERLAPS, overlap) }),
  };
}

/** Returns the rule that the stored values of both settings stand for. */
export function zoneRuleOf(timeZone: Json, dst: Json): ZoneRule {
  return { zone: timeZoneSetting(timeZone), ...DEFAULT_DST, ...(dst === null ? {} : dstSetting(dst)) };
}

function oneOf<Value extends string>(name: string, values: readonly Value[], given: unknown): Value {
  const value = values.find((each) => each === given);
  if (value !== undefined) return value;
  throw new InvalidInput(`'dst.${name}' must be one of ${values.join(', ')}, but is ${shown(given)}`, 'dst');
}

function refusal(given: unknown): InvalidInput {
  return new InvalidInput(
    `'dst' must be an object with 'gap' (${GAPS.join(', ')}), 'overlap' (${OVERLAPS.join(', ')}) or both, but is ${shown(given)}`,
    'dst',
  );
}
