import type { Instant } from '../../core/instant.js';
import type { ScheduleRow } from '../../database/entities/schedule.row.js';
import { TIMING_FIELDS } from '../../schedule/schedule.schema.js';
import type { ExportedJob } from './bulk.reader.js';

/** Instants as every installation understands them, whatever it takes a text without a zone for. */
const isoText = (at: Instant) => new Date(at).toISOString();

/** What is not set is left out: the other side has its own default for it. */
function withoutNulls(fields: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}

const isoOrNull = (at: Instant | null) => (at === null ? null : isoText(at));

function settings(flags: Readonly<Record<string, boolean | null>>): object | null {
  const given = withoutNulls(flags);
  return Object.keys(given).length === 0 ? null : given;
}

/** A time such as "in 2 hours" is exported as what it meant when it was said. */
function timing({ kind, expression, meaning }: ScheduleRow): object {
  return { [TIMING_FIELDS[kind]]: kind === 'once' && meaning !== null ? isoText(meaning) : expression };
}

/** A one-time schedule whose run is under way is exported as it will be then: it was called, and is not called again. */
function exportedSchedule(row: ScheduleRow, underWay: ReadonlySet<string>) {
  return withoutNulls({
    description: row.description,
    active: row.active && !underWay.has(row.id),
    startTime: isoOrNull(row.startAt),
    endTime: isoOrNull(row.endAt),
    data: row.data === null ? null : (JSON.parse(row.data) as object),
    ...timing(row),
  });
}

/** A job in the form in which it is created, so that it can be created elsewhere; passwords stay here. */
function exportedJob({ row, tenant, schedules, underWay }: ExportedJob) {
  return withoutNulls({
    name: row.name,
    description: row.description,
    action: row.action,
    active: row.active,
    httpMethod: row.httpMethod,
    startTime: isoOrNull(row.startAt),
    endTime: isoOrNull(row.endAt),
    user: row.actionUser,
    ansConfig: settings({ onSuccess: row.ansOnSuccess, onError: row.ansOnError }),
    calmConfig: settings({ enabled: row.calmEnabled }),
    tenantId: tenant.tenantId,
    subDomain: tenant.subdomain,
    schedules: schedules.map((schedule) => exportedSchedule(schedule, underWay)),
  });
}

/** A page of an export. `found` holds one job more than the page where there are more. */
export function exportPage(
  found: readonly ExportedJob[],
  query: { readonly pageSize: number; readonly tenantId: string | undefined },
) {
  const { pageSize, tenantId } = query;
  const page = found.slice(0, pageSize);
  const last = page.at(-1);
  const more = new URLSearchParams({
    page_size: String(pageSize),
    after: String(last?.row.id),
    ...(tenantId === undefined ? {} : { tenantId }),
  });
  return {
    results: page.map(exportedJob),
    next_url: found.length > pageSize ? `/scheduler/export?${more.toString()}` : null,
  };
}
