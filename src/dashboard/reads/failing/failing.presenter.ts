import type { Instant } from '../../../core/instant.js';
import { cursorText } from '../cursor.js';
import type { TenantName } from '../tenant-scopes.js';
import type { FailingCount, FailingSchedule } from './failing.query.js';

/** A failing schedule with the name of its tenant. */
type Named = FailingSchedule & { readonly tenant: TenantName | null };

/** Returns a page of failing schedules as it is sent. */
export function failingPage(page: {
  readonly total: FailingCount | null;
  readonly lastHealedAt: Instant | null;
  readonly results: readonly Named[];
  readonly isMore: boolean;
}) {
  const { total, lastHealedAt, results, isMore } = page;
  const last = results.at(-1);
  return {
    ...{ total, lastHealedAt, results: results.map(shownSchedule) },
    after: isMore && last ? cursorText({ at: last.lastAt, id: last.scheduleId }) : null,
  };
}

function shownSchedule({ scheduleId, description, kind, expression, text, jobId, jobName, ...rest }: Named) {
  const { tenant, since, times, lastSuccessAt, lastRun } = rest;
  return {
    schedule: { id: scheduleId, description, kind, expression, text },
    job: { id: jobId, name: jobName },
    ...{ tenant, since, times, lastSuccessAt, lastRun },
  };
}
