import { FIRST_YEAR, LAST_YEAR } from '../cron/calendar.js';
import { CRON_FIELDS, splitPart, valuesOf } from '../cron/cron-parts.js';
import { isRun, listed, ordinal, spans, stepOf } from './number-words.js';

const MOST_LISTED = 12;
/** From so many years on, equal distances are said and not the years. */
const REGULAR = 4;

/** Returns the years of a cron field: `in 2030`, `from 2027 to 2029`, `from 2027 on`, `in years divisible by 4`; null for all years. */
export function yearWords(text: string): string | null {
  const permitted = valuesOf(CRON_FIELDS.year, text);
  const years = Array.from(permitted.keys()).filter((year) => year >= FIRST_YEAR && permitted[year] === 1);
  if (years.length > LAST_YEAR - FIRST_YEAR) return null;
  const [first = 0, last = 0] = [years[0], years.at(-1)];
  if (years.length > 2 && isRun(years)) {
    if (last === LAST_YEAR) return `from ${first} on`;
    return first === FIRST_YEAR ? `until ${last}` : `from ${first} to ${last}`;
  }
  const step = years.length < REGULAR ? null : stepOf(years);
  if (step !== null && step > 1) return `in ${stepped(step, first, last)}`;
  const names = spans(years, String);
  if (names.length <= MOST_LISTED) return `in ${listed(names)}`;
  return `in ${listed(text.split(',').map(partWords), 'or')}`;
}

function stepped(step: number, first: number, last: number): string {
  const isAll = first - step < FIRST_YEAR && last + step > LAST_YEAR && first % step === 0;
  return isAll ? `years divisible by ${step}` : `every ${ordinal(step)} year from ${first} to ${last}`;
}

/** Returns a part as it is written, where the years together have no short form. */
function partWords(part: string): string {
  const { from, to, step } = splitPart(part, (what) => {
    throw new Error(`A year that was read cannot be read again: ${what}`);
  });
  if (from === '*') return `years divisible by ${step}`;
  if (to === null || to === from) return from;
  return step === 1 ? `${from} to ${to}` : `every ${ordinal(step)} year from ${from} to ${to}`;
}
