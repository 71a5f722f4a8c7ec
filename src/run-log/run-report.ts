import type { Instant } from '../core/instant.js';
import { REPORTED_FAILURE } from '../core/policy/retry.js';
import { transition, type RunState } from '../core/run-state.js';
import { isWithin, type RowScope, type SchedulePlace } from '../database/scoped.js';
import type { OpenRun } from './open-run.store.js';
import { retriedAt } from './repeated-runs.js';

/** A run, by the ids that are used outside the service. */
export interface RunPlace extends SchedulePlace {
  readonly runId: string;
}

/** What an application reports about its run after it has done the work, and on whose behalf. */
export interface RunReport {
  readonly scope: RowScope;
  readonly place: RunPlace;
  readonly success: boolean;
  readonly message: string;
}

/**
 * The result of a report: accepted, the same as an earlier accepted one, for a run that is not there for this caller, for
 * the run of a task, or refused because of the state that the run has.
 */
export type ReportAnswer =
  | { readonly kind: 'taken' | 'repeated' | 'unknown' | 'ofTask' }
  | { readonly kind: 'refused'; readonly state: RunState };

/** What a report does: it ends its run, lets it be called again, or is no more than answered. */
export type ReportEffect =
  | { readonly kind: 'end'; readonly state: RunState }
  | { readonly kind: 'again'; readonly nextAt: Instant }
  | { readonly kind: 'none'; readonly answer: ReportAnswer };

/** Returns what a report does to its run. `text` is its message as it is to be stored. */
export function effectOf(
  { success }: RunReport,
  run: OpenRun,
  { text, now }: { readonly text: string; readonly now: Instant },
): ReportEffect {
  // Its end is what the Cloud Controller says (cf-tasks.md, "One run").
  if (run.actionKind === 'cf_task') return answered({ kind: 'ofTask' });
  const state = transition(run.state, { kind: 'reported', success });
  if (state === null) {
    const isRepeated =
      run.isReported && run.endText === text && run.state === (success ? 'SUCCESS' : 'ERROR');
    return answered(isRepeated ? { kind: 'repeated' } : { kind: 'refused', state: run.state });
  }
  // Another call follows, whatever failed before.
  if (!success && run.state === 'RETRYING') return answered({ kind: 'taken' });
  const nextAt = success ? null : retriedAt(run, REPORTED_FAILURE, now);
  return nextAt === null ? { kind: 'end', state } : { kind: 'again', nextAt };
}

/** Returns whether a run is where the report says, and there for its caller. */
export function isAt(
  { job, scheduleId, instanceId, tenancyId }: OpenRun,
  { scope, place }: RunReport,
): boolean {
  if (job?.id !== place.jobId || scheduleId !== place.scheduleId || instanceId === null) return false;
  return isWithin(scope, { instanceId, tenancyId });
}

const answered = (answer: ReportAnswer): ReportEffect => ({ kind: 'none', answer });
