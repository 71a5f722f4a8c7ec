import { zoneName } from '../zone/zone-name.js';
import { DEFAULT_DST, GAP_RULES, OVERLAP_RULES, type Dst, type ZoneRule } from '../zone/zone-rule.js';
import type { Json } from './json.js';
import { fieldsOf, oneOf, refusedValue } from './setting-values.js';

const DST = `an object with 'gap' (${GAP_RULES.join(', ')}), 'overlap' (${OVERLAP_RULES.join(', ')}) or both`;

/** Returns the name of a zone as it is stored. Throws InvalidInput. */
export function timeZoneSetting(given: unknown): string {
  if (typeof given === 'string') return zoneName(given);
  throw refusedValue('timeZone', "the name of a time zone, such as 'Europe/Berlin'", given);
}

/** Returns what happens where the clock changes, with what is not given left out. Throws InvalidInput. */
export function dstSetting(given: unknown): Partial<Dst> {
  const { gap, overlap } = fieldsOf('dst', ['gap', 'overlap'], given, DST);
  if (gap === undefined && overlap === undefined) throw refusedValue('dst', DST, given);
  return {
    ...(gap !== undefined && { gap: oneOf('dst.gap', GAP_RULES, gap) }),
    ...(overlap !== undefined && { overlap: oneOf('dst.overlap', OVERLAP_RULES, overlap) }),
  };
}

/** Returns the rule that the stored values of both settings stand for. */
export function zoneRuleOf(timeZone: Json, dst: Json): ZoneRule {
  return { zone: timeZoneSetting(timeZone), ...DEFAULT_DST, ...(dst === null ? {} : dstSetting(dst)) };
}
