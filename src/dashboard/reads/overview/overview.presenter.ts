import type { OpenOperation } from '../../../operation/open-operation.reader.js';
import type { TenantName } from '../tenant-scopes.js';
import type { NextRun } from './next-runs.query.js';

/** What each kind of operation does, in words. */
const TITLES: Readonly<Record<string, string>> = {
  run: 'Run now',
  'switch-schedules': 'Switching of all schedules of a job',
  'import-jobs': 'Import of jobs',
  backfill: 'Back-fill of a schedule',
  'replay-runs': 'Replay of runs',
  'activate-jobs': 'Activation of jobs',
  'deactivate-jobs': 'Deactivation of jobs',
  'delete-jobs': 'Deletion of jobs',
};

/** Returns a run that comes next as it is sent. */
export function nextRun(
  { plannedAt, scheduleId, description, kind, expression, text, jobId, jobName, tenancyId }: NextRun,
  nameOf: (tenancyId: number) => TenantName | null,
) {
  return {
    plannedAt,
    schedule: { id: scheduleId, description, kind, expression, text },
    job: { id: jobId, name: jobName },
    tenant: nameOf(tenancyId),
  };
}

/** Returns an operation that is under way as it is sent. */
export function openOperation({ id, kind, startedAt, progress }: OpenOperation) {
  const total = progress?.total ?? 0;
  const share = progress && total > 0 ? Math.min(1, progress.done / total) : null;
  return { id, kind, title: TITLES[kind] ?? kind, progress: share, startedAt };
}
