import type { Job, RunDetail, Schedule } from '../../api/runs.js';

/** What a call is made of. */
export interface CallParts {
  readonly job: Pick<Job, 'action' | 'httpMethod' | 'user'>;
  readonly schedule: Pick<Schedule, 'data'>;
  readonly run: Pick<RunDetail, 'runId' | 'job' | 'scheduleId' | 'plannedAt' | 'originalAt'>;
  /** Where this service is. */
  readonly origin: string;
}

/** Returns the call of a run as a command, without its secrets; null for a task, which calls no endpoint. */
export function curlOf({ job, schedule, run, origin }: CallParts): string | null {
  const { action, httpMethod, user } = job;
  if (httpMethod === null) return null;
  const hasBody = httpMethod === 'POST' || httpMethod === 'PUT';
  const { data } = schedule;
  const url = hasBody || data === null ? action : withQuery(action, data);
  const headers = {
    'x-sap-job-id': String(run.job.id),
    'x-sap-job-schedule-id': run.scheduleId,
    'x-sap-job-run-id': run.runId,
    'x-sap-scheduler-host': origin,
    'x-sap-run-at': new Date(run.originalAt ?? run.plannedAt).toISOString().slice(0, 19).replace('T', ' '),
    ...(hasBody && data !== null ? { 'content-type': 'application/json' } : {}),
  };
  const parts = [
    `curl -i -X ${httpMethod} ${quoted(url)}`,
    // Double quotes: the shell puts the token in.
    user === null ? '-H "Authorization: Bearer $TOKEN"' : `-u ${quoted(`${user}:PASSWORD`)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(hasBody && data !== null ? [`--data-raw ${quoted(data)}`] : []),
  ];
  return parts.join(' \\\n  ');
}

/** Returns a text as one word of a shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The fields of the data as query parameters, nested values as JSON; what the URL has already stays. */
function withQuery(action: string, data: string): string {
  const fields = fieldsOf(data);
  if (!URL.canParse(action) || fields.length === 0) return action;
  const url = new URL(action);
  for (const [name, value] of fields) {
    url.searchParams.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  }
  return url.href;
}

function fieldsOf(data: string): [string, unknown][] {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === 'object' && value !== null ? Object.entries(value) : [];
  } catch {
    return [];
  }
}
