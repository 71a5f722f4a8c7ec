import { CRON_FIELDS, dayRangesOf, fieldTexts, valuesOf, weekdaysOf } from '../cron/cron-parts.js';
import { isZoned, type Cron } from '../plan/pattern.js';
import { dateWords } from './date-words.js';
import { daySetOf } from './day-words.js';
import { timeWords } from './time-words.js';
import { yearWords } from './year-words.js';
import { zoneWords } from './zone-words.js';

const NEVER = 'never, because there is no such date';

/**
 * Returns what a cron means in plain English. What counts is which values its fields permit and not how they are
 * written: `0,30` reads as `*\/30` does.
 */
export function cronWords(cron: Cron): string {
  const { expression, fields } = cron;
  const zone = zoneWords(cron);
  if (!fields.isPossible) return NEVER;
  const [year = '', month = '', day = '', weekday = '', hour = '', minute = '', second = ''] =
    fieldTexts(expression);
  const time = timeWords(
    {
      hours: valuesIn('hour', hour),
      minutes: valuesIn('minute', minute),
      seconds: valuesIn('second', second),
    },
    zone,
  );
  const { leading, trailing } = dateWords({
    years: yearWords(year),
    months: valuesIn('month', month),
    days: daySetOf(dayRangesOf(day)),
    weekdays: weekdaysOf(weekday),
  });
  if (time.areClocks) return `${leading} ${time.text}`;
  const namesZone = time.text.endsWith(zone);
  const always = isZoned(cron) ? ` ${zone}` : '';
  if (trailing === '') return namesZone ? `${time.text}, every day` : `${time.text}${always}`;
  return `${time.text} ${trailing}${namesZone ? '' : always || ' (UTC)'}`;
}

function valuesIn(field: Exclude<keyof typeof CRON_FIELDS, 'year'>, text: string): number[] {
  const permitted = valuesOf(CRON_FIELDS[field], text);
  return Array.from(permitted.keys()).filter((value) => permitted[value] === 1);
}
