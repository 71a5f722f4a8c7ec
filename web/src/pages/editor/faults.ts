import { SCHEDULE_SETTINGS } from '../../api/settings.js';
import { EDITOR } from '../../texts/editor.js';

/** A field of the form. Those of a schedule that a job has too are named with their part. */
export type FieldName =
  | 'name'
  | 'action'
  | 'httpMethod'
  | 'user'
  | 'password'
  | 'description'
  | 'startTime'
  | 'endTime'
  | 'timing'
  | 'schedule-description'
  | 'schedule-startTime'
  | 'schedule-endTime'
  | 'data'
  | 'timeout'
  | 'cancelAction'
  | 'timeZone'
  | 'dst'
  | 'overlap'
  | 'catchUp'
  | 'maxRuns'
  | 'pauseOnFailures'
  | 'repeatAfter'
  | 'headers'
  | 'signing'
  | 'spread'
  | `throttle${'' | `-${(typeof PARTS)['throttle'][number]}`}`
  | `breaker${'' | '-holdFor'}`
  | `${'' | 'schedule-'}retry${'' | `-${(typeof PARTS)['retry'][number]}`}`;

/** Settings of several fields. */
const PARTS = {
  retry: ['attempts', 'delay', 'factor', 'maxDelay', 'on'],
  throttle: ['calls', 'per', 'concurrency'],
  breaker: ['holdFor'],
} as const;

/** What is wrong with which field, and what cannot be said of a field of the form. */
export interface Faults {
  readonly fields: Readonly<Partial<Record<FieldName, string>>>;
  readonly rest: readonly string[];
}

export const NO_FAULTS: Faults = { fields: {}, rest: [] };

/** The service names the place of each fault first: `'schedules[0].data' must be ...`, `schedules[0].cron '...' is ...`. */
const PLACE = /^'?(?:schedules\[(\d+)\]\.)?([a-zA-Z]+)(?:\.([a-zA-Z]+))?\b/;
const TIMING = /^(cron|time|repeatInterval|repeatAt)$/;
/** What only a schedule has, beside its timing. */
const OF_SCHEDULE: readonly string[] = ['data', ...SCHEDULE_SETTINGS];
const OF_BOTH = /^(description|startTime|endTime)$/;
const NO_TIMING = /^Exactly one of cron/;

/** Returns where the faults of a refusal belong; `part` is what was sent. */
export function faultsOf(detail: string, part: 'job' | 'schedule'): Faults {
  const fields: Partial<Record<FieldName, string>> = {};
  const rest: string[] = [];
  for (const fault of detail.split(/; also: |; and (?=\d+ more$)/)) {
    const field = fieldOf(fault, part);
    if (field === null) rest.push(fault);
    else fields[field] ??= atField(fault);
  }
  return { fields, rest: rest.filter(Boolean) };
}

const NAMED = /'?(?:schedules\[0\]\.)?\b(startTime|endTime)\b'?/g;

/** Returns a fault that names the fields of the form as the form does. */
function labelled(fault: string): string {
  const text = fault.replace(NAMED, (_, field: 'startTime' | 'endTime') => `"${EDITOR[field]}"`);
  return text.replace(/^('?)schedules\[0\]\./, '$1');
}

/** Returns a fault as it is said beside its field: name and value are seen there already. */
function atField(fault: string): string {
  const said = fault.replace(/^'?[\w.[\]]+'? (?:'.*?(?:'|\.\.\.) )?(?=must |is |has )/s, '');
  if (said === fault) return labelled(fault);
  return said.startsWith('must ') ? `It ${said}` : `This ${said}`;
}

function fieldOf(fault: string, part: 'job' | 'schedule'): FieldName | null {
  if (NO_TIMING.test(fault)) return 'timing';
  const [, place, field = '', inside = ''] = PLACE.exec(fault) ?? [];
  // The first is the one of the form; others of a copied job are not shown.
  if (place !== undefined && place !== '0') return null;
  const isOfSchedule = place !== undefined || part === 'schedule';
  if (TIMING.test(field)) return 'timing';
  if (field in PARTS) return partOf(field as keyof typeof PARTS, inside, isOfSchedule);
  if (OF_BOTH.test(field)) return (isOfSchedule ? `schedule-${field}` : field) as FieldName;
  const name = FIELDS.find((each) => each === field);
  return name !== undefined && OF_SCHEDULE.includes(name) === isOfSchedule ? name : null;
}

/** Only calling again is set of a schedule too. */
function partOf(setting: keyof typeof PARTS, part: string, isOfSchedule: boolean): FieldName | null {
  if (isOfSchedule && setting !== 'retry') return null;
  const id = `${isOfSchedule ? 'schedule-' : ''}${setting}`;
  const isKnown = (PARTS[setting] as readonly string[]).includes(part);
  return (isKnown ? `${id}-${part}` : id) as FieldName;
}

const RETRY = ['retry', ...PARTS.retry.map((part) => `retry-${part}` as const)] as const;

/** The fields that stand below "more", in their order. */
export const MORE: Readonly<Record<'ofJob' | 'ofCalls' | 'ofSchedule', readonly FieldName[]>> = {
  ofJob: ['timeout', ...RETRY, 'breaker', 'breaker-holdFor', 'cancelAction'],
  ofCalls: ['headers', 'signing', 'throttle', ...PARTS.throttle.map((part) => `throttle-${part}` as const)],
  ofSchedule: [
    ...(['spread', 'overlap', 'repeatAfter'] as const),
    ...RETRY.map((name) => `schedule-${name}` as const),
    ...(['catchUp', 'pauseOnFailures', 'maxRuns'] as const),
  ],
};

/** Every field, in the order in which they stand on the page. */
export const FIELDS: readonly FieldName[] = [
  ...(['name', 'httpMethod', 'action', 'description', 'user', 'password', 'startTime', 'endTime'] as const),
  ...MORE.ofJob,
  ...MORE.ofCalls,
  ...(['timing', 'timeZone', 'dst'] as const),
  ...MORE.ofSchedule,
  ...(['schedule-description', 'data', 'schedule-startTime', 'schedule-endTime'] as const),
];

/** Returns the faults without those of fields that are being changed. */
export function withoutFaultsOf(faults: Faults, changed: readonly string[]): Faults {
  const left = Object.entries(faults.fields).filter(
    // A setting of several fields is one of what is typed.
    ([name]) => !changed.includes(name) && !changed.includes(name.replace(/(?<!^schedule)-.*/, '')),
  );
  return { ...faults, fields: Object.fromEntries(left) };
}

const OF_CALL = ['httpMethod', 'action', 'user', 'password', 'data', 'headers', 'signing'];

/** Returns the faults with those of a test call: what it says nothing of stays as saving has found it. */
export function withFaultsOfCall(faults: Faults, { fields }: Faults): Faults {
  const { rest, fields: others } = withoutFaultsOf(faults, OF_CALL);
  return { rest, fields: { ...others, ...fields } };
}
