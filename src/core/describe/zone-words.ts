import { isZoned, type Cron, type DailyAt } from '../plan/pattern.js';
import { isFine } from '../plan/zoned-pattern.js';
import { listed } from './number-words.js';

/** Returns what stands behind times of the clock: `UTC`, `(Europe/Berlin)`. */
export function zoneWords({ zone }: Cron | DailyAt): string {
  return zone === undefined ? 'UTC' : `(${zone.zone})`;
}

/**
 * Returns what is said of changes of the clock, beginning with a comma: that firings are left out, come later or twice.
 * Empty where the usual rules count, and for a pattern of all hours, which no rule concerns.
 */
export function dstWords(pattern: Cron | DailyAt): string {
  if (!isZoned(pattern) || isFine(pattern)) return '';
  if (pattern.kind === 'cron' && !pattern.fields.isPossible) return '';
  const { gap, overlap } = pattern.zone;
  const where = gap === 'skip' ? 'it goes back' : 'the clock goes back';
  const rules = [
    ...(gap === 'skip' ? ['skipped where the clock jumps over it'] : []),
    ...(overlap === 'last' ? [`the second time where ${where}`] : []),
    ...(overlap === 'both' ? [`twice where ${where}`] : []),
  ];
  return rules.length === 0 ? '' : `, ${listed(rules)}`;
}
