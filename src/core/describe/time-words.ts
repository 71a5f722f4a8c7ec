import { cycleOf, every, isRun, listed, ordinal, runsOf, spans, stepOf } from './number-words.js';

/** The hours, minutes and seconds at which a cron fires, in ascending order. None of them is empty. */
export interface TimeSets {
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
}

/** What is said of the times of a day, and how it is said: as times of the clock, or as what comes again and again. */
export interface TimeWords {
  readonly text: string;
  readonly areClocks: boolean;
}

/** So many times of the clock are always listed, and so many where no shorter sentence says the same. */
const FEW = 4;
const SOME = 12;
/** From so many values on, equal distances are said and not the values. */
const REGULAR = 4;
const EVERY_HOUR = 'every hour';
const EVERY_MINUTE = 'every minute';

/**
 * Returns what is said of times of day: `at 09:00 and 18:00 UTC`, `every 5 minutes`, `every hour from 09:00 to 17:00 UTC`.
 * `zone` is what stands behind times of the clock: `UTC`, `(Europe/Berlin)`.
 */
export function timeWords(times: TimeSets, zone: string): TimeWords {
  const { hours, minutes, seconds } = times;
  const count = hours.length * minutes.length * seconds.length;
  const pace = count <= FEW && hours.length < 24 ? null : paceOf(times, zone);
  if (pace !== null) return { text: pace, areClocks: false };
  if (count <= SOME) return { text: `at ${listed(clocksOf(times))} ${zone}`, areClocks: true };
  const parts = [...secondWords(times), hourWords(hours, zone)].filter((part, place, all) => {
    // What comes every minute of every hour comes every minute.
    return part !== EVERY_HOUR || all[place - 1] !== EVERY_MINUTE;
  });
  return { text: parts.join(' of '), areClocks: false };
}

/** Returns a time of day: `09:00`, `09:00:30`. */
export function clock(hour: number, minute: number, second = 0, hasSeconds = second !== 0): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(hour)}:${two(minute)}${hasSeconds ? `:${two(second)}` : ''}`;
}

function clocksOf({ hours, minutes, seconds }: TimeSets): string[] {
  const hasSeconds = seconds.length > 1 || seconds[0] !== 0;
  return hours.flatMap((hour) =>
    minutes.flatMap((minute) => seconds.map((second) => clock(hour, minute, second, hasSeconds))),
  );
}

/** Returns the sentence of times that are equally far apart from the first of the day to the last; null where they are not. */
function paceOf(times: TimeSets, zone: string): string | null {
  const { hours, minutes, seconds } = times;
  if (seconds.length > 1) {
    const isWhole = minutes.length === 60 ? isRun(hours) : hours.length === 1 && isRun(minutes);
    const step = cycleOf(seconds, 60);
    return step === null || !isWhole ? null : between(every(step, 'second'), times, zone);
  }
  if (minutes.length > 1) {
    const step = cycleOf(minutes, 60);
    if (step !== null && isRun(hours)) return between(every(step, 'minute'), times, zone);
    const alone = hours.length === 1 && minutes.length > FEW ? stepOf(minutes) : null;
    return alone === null ? null : between(every(alone, 'minute'), times, zone);
  }
  const step = stepOf(hours);
  return step === null ? null : between(every(step, 'hour'), times, zone);
}

function between(pace: string, times: TimeSets, zone: string): string {
  const { hours, minutes, seconds } = times;
  const [minute = 0, second = 0] = [minutes[0], seconds[0]];
  const hasSeconds = seconds.length > 1 || second !== 0;
  if (hours.length === 24) {
    const past = [
      ...(minute === 0 ? [] : [`minute ${minute}`]),
      ...(second === 0 ? [] : [`second ${second}`]),
    ];
    return past.length === 0 ? pace : `${pace} at ${past.join(', ')}`;
  }
  const from = clock(hours[0] ?? 0, minute, second, hasSeconds);
  const to = clock(hours.at(-1) ?? 0, minutes.at(-1) ?? 0, seconds.at(-1) ?? 0, hasSeconds);
  return `${pace} from ${from} to ${to} ${zone}`;
}

/** Returns what is said of the seconds and the minutes of each hour; of full minutes nothing of seconds. */
function secondWords({ minutes, seconds }: TimeSets): string[] {
  if (seconds.length === 1 && seconds[0] === 0) return [eachWords(minutes, 'minute')];
  return [eachWords(seconds, 'second'), withinWords(minutes)];
}

/** Returns which seconds of a minute, or minutes of an hour, at the beginning of a sentence. */
function eachWords(values: readonly number[], unit: 'minute' | 'second'): string {
  const cycle = cycleOf(values, 60);
  if (cycle !== null) return every(cycle, unit);
  const step = values.length < REGULAR ? null : stepOf(values);
  if (step === null) return `at ${numbered(values, unit)}`;
  return `${every(step, unit)} from ${unit} ${values[0]} to ${values.at(-1)}`;
}

function withinWords(minutes: readonly number[]): string {
  if (minutes.length === 60) return EVERY_MINUTE;
  const step = minutes.length < REGULAR ? null : stepOf(minutes);
  if (step === null || step === 1) return numbered(minutes, 'minute');
  return `every ${ordinal(step)} minute from minute ${minutes[0]} to ${minutes.at(-1)}`;
}

function numbered(values: readonly number[], unit: string): string {
  return `${unit}${values.length === 1 ? '' : 's'} ${listed(spans(values, String))}`;
}

/** Returns which hours, at the end of a sentence. */
function hourWords(hours: readonly number[], zone: string): string {
  if (hours.length === 24) return EVERY_HOUR;
  const whole = ({ first, last }: { first: number; last: number }) =>
    `from ${clock(first, 0)} to ${clock(last, 59)}`;
  const [first = 0, last = 0] = [hours[0], hours.at(-1)];
  if (hours.length === 1) return `the hour ${whole({ first, last })} ${zone}`;
  const step = hours.length < REGULAR ? null : stepOf(hours);
  if (step !== null && step > 1) return `every ${ordinal(step)} hour ${whole({ first, last })} ${zone}`;
  return `every hour ${listed(runsOf(hours).map(whole))} ${zone}`;
}
