import { wireTextOrNull } from '../core/instant.js';
import { storedSettings } from '../core/policy/settings.js';
import type { ScheduleRow } from '../database/entities/schedule.row.js';
import { operationStarted } from '../operation/operation.presenter.js';
import { TIMING_FIELDS } from './schedule.schema.js';
import type { ScheduleView } from './schedule.view.js';

/** The timing field as it was sent: its text, or its date object. */
function expressionOf({ kind, expression }: ScheduleRow): unknown {
  // No time text starts with a brace, so one that does is the JSON of a date object.
  return kind === 'once' && expression.startsWith('{') ? JSON.parse(expression) : expression;
}

function timing(row: ScheduleRow) {
  return { [TIMING_FIELDS[row.kind]]: expressionOf(row) };
}

function common({ row, nextAt }: ScheduleView) {
  return {
    type: row.kind === 'once' ? 'one-time' : 'recurring',
    active: row.active,
    startTime: wireTextOrNull(row.startAt),
    endTime: wireTextOrNull(row.endAt),
    data: row.data,
    nextRunAt: wireTextOrNull(nextAt),
  };
}

const NO_TIMING = { cron: null, time: null, repeatInterval: null, repeatAt: null };

/** A schedule within its job: only the timing field that is set. */
export function scheduleInJob(view: ScheduleView) {
  const { row } = view;
  return {
    ...{ scheduleId: row.id, description: row.description, ...common(view), ...timing(row) },
    ...storedSettings(row.policy),
  };
}

/** A schedule by itself, as creating it answers: all timing fields, null for the unused. */
export function scheduleCreated(view: ScheduleView) {
  const { row } = view;
  return { jobId: row.jobId, ...scheduleInJob(view), ...NO_TIMING, ...timing(row) };
}

/** A schedule as a list shows it. */
export function scheduleInList(view: ScheduleView) {
  const { row } = view;
  return {
    ...scheduleInJob(view),
    ...NO_TIMING,
    ...timing(row),
    modifiedAt: wireTextOrNull(row.modifiedAt),
  };
}

/** A schedule by itself, as reading and changing it answer. */
export function scheduleAlone(view: ScheduleView) {
  return { jobId: view.row.jobId, ...scheduleInList(view) };
}

/** A schedule as a search shows it. */
export function scheduleSearched(view: ScheduleView) {
  const { description: scheduleDescription, ...rest } = scheduleInJob(view);
  return { ...rest, scheduleDescription, ...NO_TIMING, ...timing(view.row) };
}

/** Where a schedule is found. */
export function scheduleUrl({ jobId, id }: ScheduleRow): string {
  return `/scheduler/jobs/${jobId}/schedules/${id}`;
}

/** Returns the answer to a switch of all schedules: of the operation that does so, where there is one. */
export function switchAnswer(operationId: string | null) {
  if (operationId === null)
    return { status: 200, headers: new Map<string, string>(), body: { success: true } };
  return { status: 202, ...operationStarted(operationId) };
}
