import { TIMING_FIELDS } from '../../api/editor.js';
import type { EditorForm, Subject } from './form.js';
import { timingValue, wireTime } from './requests.js';
import { typedSpread, zoneBody } from './settings/settings-form.js';

/** Returns the question of a preview, null as long as no schedule is written. A job's window holds for its schedules too. */
export function previewed(subject: Subject, { job, schedule }: EditorForm): object | null {
  if (!schedule || schedule.texts[schedule.kind].trim() === '') return null;
  const around = job ?? windowOf(subject);
  const startTime = bound([schedule.startTime, around.startTime], (a, b) => b.localeCompare(a));
  const spread = typedSpread(schedule);
  const endTime = bound([schedule.endTime, around.endTime], (a, b) => a.localeCompare(b));
  return {
    [TIMING_FIELDS[schedule.kind]]: timingValue(schedule),
    ...(startTime === null ? {} : { startTime }),
    ...(endTime === null ? {} : { endTime }),
    ...zoneBody(schedule),
    ...(spread === null ? {} : { spread }),
  };
}

function windowOf(subject: Subject): { readonly startTime: string; readonly endTime: string } {
  if (subject.kind === 'new job') return { startTime: '', endTime: '' };
  const typed = (wire: string | null) => wire?.replace(' ', 'T') ?? '';
  return { startTime: typed(subject.job.startTime), endTime: typed(subject.job.endTime) };
}

/** Returns the first of the times that are set; ISO 8601 in UTC sorts as text. */
function bound(typed: readonly string[], order: (a: string, b: string) => number): string | null {
  const times = typed.map(wireTime).filter((time) => time !== null);
  return times.toSorted(order)[0] ?? null;
}
