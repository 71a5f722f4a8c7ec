import {
  USUAL_RETRY,
  type BreakerSetting,
  type JobSettings,
  type RetryCause,
  type RetrySetting,
  type ScheduleSettings,
  type ThrottleSetting,
} from '../api/settings.js';
import { lasting } from '../duration.js';
import { counted } from '../time.js';

const CAUSES: Record<RetryCause, string> = {
  connect: 'connection failures',
  timeout: 'time-outs',
  '5xx': '5xx',
  '429': '429',
  '4xx': 'other 4xx',
  reported: 'failures that the application reports',
};
/** How long runs wait for an endpoint where the job does not say it. */
const USUAL_HOLD = '15 minutes';
const GROWTH: Readonly<Record<number, string>> = { 2: 'doubling', 3: 'tripling' };

const OVERLAP = {
  allow: null,
  skip: 'Skips a run while an earlier one is open',
  queue: 'Lets a run wait while an earlier one is open: one at most, the newest',
  cancel: 'Ends a run that is still open when the next one is due',
} as const;
const CATCH_UP = {
  default: null,
  all: 'After an outage: makes up every missed run',
  last: 'After an outage: makes up the last missed run only',
  none: 'After an outage: makes up no missed run',
} as const;

/** `Retries up to 3 times, first after 10 seconds, doubling to at most 1 hour, on connection failures and 429` */
export function retryWords(retry: RetrySetting): string {
  const { attempts, delay, factor, maxDelay, on } = { ...USUAL_RETRY, ...retry };
  if (attempts === 0) return 'Does not retry';
  const causes = listed(on.map((cause) => CAUSES[cause] ?? cause));
  return `Retries ${pausesOf(attempts, delay, factor, maxDelay)}${causes === '' ? '' : `, on ${causes}`}`;
}

function pausesOf(attempts: number, delay: string, factor: number, maxDelay: string): string {
  if (attempts === 1) return `once, after ${delay}`;
  const times = `up to ${counted(attempts)} times`;
  if (factor === 1) return `${times}, each after ${delay}`;
  return `${times}, first after ${delay}, ${GROWTH[factor] ?? `each pause ${factor} times the one before,`} to at most ${maxDelay}`;
}

/** `Makes at most 100 calls a minute, 5 at a time` */
export function throttleWords({ calls, per = '', concurrency }: ThrottleSetting): string {
  const [, unit] = /^1 (second|minute|hour|day)$/.exec(per) ?? [];
  const pace = unit === undefined ? `in ${per}` : `${unit === 'hour' ? 'an' : 'a'} ${unit}`;
  const many = (count: number | undefined) => (count === 1 ? '1 call' : `${counted(count ?? 0)} calls`);
  const together = concurrency === undefined ? '' : `${counted(concurrency)} at a time`;
  if (calls === undefined) return `Makes at most ${many(concurrency)} at a time`;
  return `Makes at most ${[`${many(calls)} ${pace}`, together].filter(Boolean).join(', ')}`;
}

/** `Calls only while its endpoint answers, and holds runs up to 15 minutes until it does` */
export function breakerWords(breaker: BreakerSetting): string {
  const { holdFor = USUAL_HOLD } = breaker === true ? {} : breaker;
  return `Calls only while its endpoint answers, and holds runs up to ${holdFor} until it does`;
}

/** `Sends 3 additional headers: X-Api-Key, X-Region and X-Team` */
function headerWords(names: readonly string[]): string {
  return `Sends ${names.length === 1 ? 'an additional header' : `${counted(names.length)} additional headers`}: ${listed(names)}`;
}

/** `Spreads its runs: each comes up to 10 minutes after its time, now 3 min 12 s`; null where the latter is not known. */
function spreadWords(spread: string, offsetMs: number | null = null): string {
  const now = offsetMs === null ? '' : `, now ${lasting(offsetMs)}`;
  return `Spreads its runs: each comes up to ${spread} after its time${now}`;
}

/** Returns what is set of a job or a schedule, a sentence each. Zones and their clocks are told by when it runs. */
export function settingLines(
  settings: ScheduleSettings & JobSettings,
  offsetMs: number | null = null,
): string[] {
  const { overlap, repeatAfter, maxRuns, pauseOnFailures, catchUp } = settings;
  const { retry, timeout, cancelAction, throttle, breaker, headers, signing, spread } = settings;
  const lines = [
    spread !== undefined && spreadWords(spread, offsetMs),
    overlap && OVERLAP[overlap],
    repeatAfter === 'completion' && 'Counts the interval from the end of the run before',
    retry && retryWords(retry),
    timeout !== undefined && `Gives up a call after ${timeout}`,
    cancelAction !== undefined && `Tells ${cancelAction} of a run that is canceled`,
    throttle && throttleWords(throttle),
    breaker !== undefined && breakerWords(breaker),
    headers && headerWords(Object.keys(headers)),
    signing === true && 'Signs its calls',
    maxRuns !== undefined && `Stops after ${maxRuns === 1 ? '1 run' : `${counted(maxRuns)} runs`}`,
    pauseOnFailures !== undefined && `Pauses after ${counted(pauseOnFailures)} failures in a row`,
    catchUp && CATCH_UP[catchUp],
  ];
  return lines.filter((line): line is string => typeof line === 'string');
}

/** `a, b and c` */
function listed(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** The words beside them. */
export const SETTING_WORDS = {
  behaviour: 'Behaviour',
  ofJob: (line: string) => `${line} (set at the job)`,
  zone: 'Time zone',
} as const;
