import { wireTextOrNull } from '../../core/instant.js';
import { pageEnvelope, type Part } from '../../http/page.js';
import { scheduleSearched } from '../../schedule/schedule.presenter.js';
import type { FoundJob, FoundSchedule } from './job.search.js';
import type { SearchQuery } from './search.query.js';

function job({ row, schedules }: FoundJob) {
  return {
    _id: row.id,
    name: row.name,
    description: row.description,
    action: row.action,
    user: row.actionUser,
    jobActive: row.active,
    httpMethod: row.httpMethod,
    jobStartTime: wireTextOrNull(row.startAt),
    jobEndTime: wireTextOrNull(row.endAt),
    signatureVersion: 0,
    ...(schedules && { schedules: schedules.map(scheduleSearched) }),
  };
}

function schedule({ view, job: { id, name } }: FoundSchedule) {
  return { ...scheduleSearched(view), parent: { _id: id, name, jobUrl: `/scheduler/jobs/${id}` } };
}

/** The list envelope of a search; its URLs keep what was asked. */
function envelope<T>(part: Part<T>, { page, isPaged }: SearchQuery, path: string) {
  const urls = isPaged ? pageEnvelope(part, page, path) : { prev_url: null, next_url: null };
  return { ...part, pagination_enabled: isPaged, prev_url: urls.prev_url, next_url: urls.next_url };
}

/** The jobs that a search found. */
export function foundJobs({ total, results }: Part<FoundJob>, query: SearchQuery) {
  const shown = query.isWithSchedules ? '' : '&displaySchedules=false';
  const path = `/scheduler/search/jobs?q=${encodeURIComponent(query.q)}${shown}`;
  return envelope({ total, results: results.map(job) }, query, path);
}

/** The schedules that a search found. */
export function foundSchedules({ total, results }: Part<FoundSchedule>, query: SearchQuery) {
  const path = `/scheduler/search/schedules?q=${encodeURIComponent(query.q)}`;
  return envelope({ total, results: results.map(schedule) }, query, path);
}
