import { changedSettings } from '../../core/policy/settings.js';
import { firstRun, intersect } from '../../core/plan/planning.js';
import type { JobRow } from '../../database/entities/job.row.js';
import { ScheduleRow } from '../../database/entities/schedule.row.js';
import { instantOfUuid, newUuid } from '../../database/uuid-v7.js';
import type { ActionLogEntry } from '../../run-log/action-log/action-log.store.js';
import { plannedRunOf, type PlannedRun } from '../../run-log/queue/planned-run.js';
import { entryOf } from './deactivation.store.js';
import type { Act } from '../change.js';
import { firingsOf, patternOfRow } from './pattern-of.js';
import type { ScheduleDraft } from '../schedule.draft.js';
import type { ScheduleView } from '../schedule.view.js';
import { timingAt } from './timing.js';

/** New schedules of one job, worked out in full: what is left to do is to insert them. */
export interface NewSchedules {
  readonly job: JobRow;
  readonly views: ScheduleView[];
  /** Of those that are spread, due as their offsets say once those are chosen. */
  readonly runs: PlannedRun[];
  readonly entries: readonly Omit<ActionLogEntry, 'jobId'>[];
}

/**
 * Returns the new schedules that drafts describe, in their order, with their first runs and what is noted of them.
 * One that has no run left is inactive from the start, which is noted. Nothing here depends on the database, so
 * many jobs can be inserted at once. Their ids come after `lastId`, whatever the clock says: a batch that deletes what
 * was there before ends with it. Throws InvalidInput for a time that is not understood.
 */
export function newSchedules(
  job: JobRow,
  drafts: readonly ScheduleDraft[],
  act: Act,
  lastId: string | null = null,
): NewSchedules {
  const { actor, now } = act;
  const from = lastId === null ? now : Math.max(now, instantOfUuid(lastId) + 1);
  const ids = drafts.map(() => newUuid(from)).sort();
  const views: ScheduleView[] = [];
  const runs: PlannedRun[] = [];
  const entries: Omit<ActionLogEntry, 'jobId'>[] = [];
  drafts.forEach((draft, place) => {
    const row = rowOf(job, draft, { id: ids[place] ?? newUuid(from), now });
    entries.push({ scheduleId: row.id, action: 'CREATE', actor, at: now });
    const planned = plannedOf(job, row);
    const nextAt = planned?.kind === 'at' ? planned.at : null;
    if (planned?.kind === 'at') runs.push(plannedRunOf(row, planned.at, now));
    else if (planned) {
      row.active = false;
      entries.push(entryOf({ scheduleId: row.id, jobId: row.jobId, reason: planned.kind }, now));
    }
    views.push({ row, nextAt });
  });
  return { job, views, runs, entries };
}

function rowOf(job: JobRow, draft: ScheduleDraft, { id, now }: { id: string; now: number }): ScheduleRow {
  const { active, description, data, startAt, endAt, policy } = draft;
  const timing = timingAt(draft.timing, now, policy);
  return Object.assign(new ScheduleRow(), {
    id,
    jobId: job.id,
    instanceId: job.instanceId,
    tenancyId: job.tenancyId,
    ...timing,
    firingsPerHour: firingsOf(timing),
    ...{ active, description, data, startAt, endAt },
    unreachableSince: null,
    spreadOffset: null,
    policy: changedSettings(null, policy).text,
    timedAt: now,
    createdAt: now,
    modifiedAt: now,
  });
}

/** What a new schedule plans; null while it or its job is inactive. */
function plannedOf(job: JobRow, row: ScheduleRow) {
  if (!job.active || !row.active) return null;
  const now = row.createdAt;
  const window = intersect(job, row);
  return firstRun({ pattern: patternOfRow(row), window, createdAt: now, now, cause: 'created' });
}
