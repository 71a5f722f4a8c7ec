/** A converted field, or `null` where this service cannot express what the Linux cron means. */
type Converted = string | null;

/** The longest text that `parseCron` still reads, without the year and the second. */
const LONGEST_CRON = 250;

/** The fields of this service that a Linux cron does not have. */
type Rest = { readonly second: string; readonly year: string };

type LinuxField = { min: number; max: number; names: readonly string[] };

const MINUTE: LinuxField = { min: 0, max: 59, names: [] };
const HOUR: LinuxField = { min: 0, max: 23, names: [] };
const DAY: LinuxField = { min: 1, max: 31, names: [] };
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MONTH: LinuxField = { min: 1, max: 12, names: ['', ...MONTHS] };
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const WEEKDAY: LinuxField = { min: 0, max: 7, names: WEEKDAYS.slice(0, 7) };

/** A range without a step and not in a list: its two ends keep their meaning. */
const PLAIN_RANGE = /^[^/*,]+-[^/,]+$/;

const NICKNAMES: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/**
 * Returns the remedy for a Linux cron (five fields, or a nickname such as `@daily`): a sentence with the schedule
 * of the same meaning in this service's format, or the reason why there is none. Returns null when the text is
 * not a Linux cron.
 */
export function likeLinuxCron(texts: readonly string[]): string | null {
  const converted = readLinux(texts);
  return converted === null ? null : remedyFor(converted, FULL_MINUTE);
}

/** Returns the schedule with the same meaning as a Linux cron; null where the text is none, or has no single equivalent. */
export function fromLinuxCron(texts: readonly string[]): string | null {
  const converted = readLinux(texts);
  return converted === null ? null : equivalentOf(converted, FULL_MINUTE);
}

/** What a Linux cron does not say. */
const FULL_MINUTE = { second: '0', year: '*' };

function readLinux(texts: readonly string[]): readonly Converted[] | null {
  const five = texts.length === 1 ? NICKNAMES.get(texts.join().toLowerCase())?.split(' ') : texts;
  return five === undefined ? null : convertedLinux(five);
}

/**
 * Returns the five fields of a Linux cron in this service's forms and in their order, each null where this service cannot
 * express it. Returns null for another number of fields.
 */
export function convertedLinux(five: readonly string[]): readonly Converted[] | null {
  if (five.length !== CONVERSIONS.length) return null;
  return five.map((text, index) => CONVERSIONS[index]?.(text.toLowerCase()) ?? null);
}

/** Returns the sentence with the schedule, or the two schedules, that converted fields mean; or that there is none. */
export function remedyFor(converted: readonly Converted[], rest: Rest): string {
  if (!isNameable(converted, rest)) return 'it has no equivalent that could be named';
  const same = equivalentOf(converted, rest);
  if (same !== null) return `use '${same}'`;
  const [minute, hour, day, month, weekday] = converted;
  const { second, year } = rest;
  const clock = `${hour} ${minute} ${second}`;
  return (
    'a Linux cron with a day and a weekday runs when either matches, which has no single equivalent (here both ' +
    `must match); use two schedules, '${year} ${month} ${day} * ${clock}' and '${year} ${month} * ${weekday} ${clock}'`
  );
}

/** Returns the one schedule that converted fields mean; null where there is none. */
export function equivalentOf(converted: readonly Converted[], rest: Rest): string | null {
  const [minute, hour, day, month, weekday] = converted;
  if (!isNameable(converted, rest) || (day !== '*' && weekday !== '*')) return null;
  return `${rest.year} ${month} ${day} ${weekday} ${hour} ${minute} ${rest.second}`;
}

function isNameable(converted: readonly Converted[], { second, year }: Rest): boolean {
  return !converted.includes(null) && [...converted, second, year].join(' ').length <= LONGEST_CRON;
}

/** How each field is converted, in the order of the fields of a Linux cron. */
const CONVERSIONS: readonly ((text: string) => Converted)[] = [
  (text) => clockField(MINUTE, text),
  (text) => clockField(HOUR, text),
  (text) => dateField(DAY, text),
  (text) => dateField(MONTH, text),
  weekdayField,
];

/** Converts hours or minutes. A Linux cron counts their steps from 0, as this service does, so the form is kept. */
function clockField(field: LinuxField, text: string): Converted {
  const parts = text.split(',').map((part) => {
    const values = rangeOf(field, part);
    if (values === null || part.startsWith('*')) return values === null ? null : part;
    const [range = '', step] = part.split('/');
    const to = range.split('-')[1];
    const last = to === undefined && step === undefined ? '' : `:${limitOf(field, to)}`;
    return `${values[0]}${last}${step === undefined ? '' : `/${step}`}`;
  });
  return parts.includes(null) ? null : parts.join(',');
}

/**
 * Converts days or months. A Linux cron counts their steps from 1, this service from the value of the step, so
 * the values are listed.
 */
function dateField(field: LinuxField, text: string): Converted {
  if (text === '*' || text === '?' || text === '*/1') return '*';
  if (text === 'l' && field === DAY) return '-1';
  const values = listOf(field, text);
  if (values === null) return null;
  return PLAIN_RANGE.test(text) ? `${values[0]}:${values.at(-1)}` : values.join(',');
}

function weekdayField(text: string): Converted {
  if (text === '*' || text === '?') return '*';
  const counted = /^(?<day>[0-7]|[a-z]{3})(?:#(?<nth>[1-5])|l)$/.exec(text);
  if (counted?.groups !== undefined) {
    const value = valueOf(WEEKDAY, counted.groups['day'] ?? '');
    return value === null ? null : `${counted.groups['nth'] ?? '-1'}.${WEEKDAYS[value]}`;
  }
  const values = listOf(WEEKDAY, text);
  if (values === null) return null;
  const names = [...new Set(values.map((value) => WEEKDAYS[value]))];
  if (names.length === 7) return '*';
  return PLAIN_RANGE.test(text) ? `${names[0]}:${names.at(-1)}` : names.join(',');
}

/** Returns the values of a list in ascending order, or null when a part cannot be read. */
function listOf(field: LinuxField, text: string): number[] | null {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const range = rangeOf(field, part);
    if (range === null) return null;
    for (const value of range) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

/**
 * Returns the values of `*`, `a` or `a-b`, each with or without `/c`, in their order; null when it is none of
 * these.
 */
function rangeOf(field: LinuxField, part: string): number[] | null {
  const match = /^(?:\*|(?<from>[a-z0-9]+)(?:-(?<to>[a-z0-9]+))?)(?:\/(?<step>\d{1,4}))?$/.exec(part);
  if (match === null) return null;
  const { from, to, step } = match.groups ?? {};
  const first = from === undefined ? field.min : valueOf(field, from);
  const last = isSingle(part) ? first : limitOf(field, to);
  const by = Number(step ?? 1);
  if (first === null || last === null || first > last || by === 0) return null;
  const values: number[] = [];
  for (let value = first; value <= last; value += by) values.push(value);
  return values;
}

function isSingle(part: string): boolean {
  return !/[*/-]/.test(part);
}

/**
 * Returns the upper end of a range: the value after the dash (where Sunday ends the week), otherwise the largest
 * value of the field.
 */
function limitOf(field: LinuxField, to: string | undefined): number | null {
  if (to === undefined) return field === WEEKDAY ? 6 : field.max;
  return field === WEEKDAY && to === 'sun' ? 7 : valueOf(field, to);
}

function valueOf(field: LinuxField, text: string): number | null {
  const named = text === '' ? -1 : field.names.indexOf(text);
  const value = named >= 0 ? named : /^\d{1,2}$/.test(text) ? Number(text) : NaN;
  return value >= field.min && value <= field.max ? value : null;
}
