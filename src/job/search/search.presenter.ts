import { wireTextOrNull } from '../../core/instant.js';
import { isShort, pageEnvelope, type Part } from '../../http/page.js';
import { allParts, inPieces, objectText, onlyResultText } from '../../http/pieces.js';
import { scheduleSearched } from '../../schedule/schedule.presenter.js';
import type { FoundJob, FoundSchedule } from './job.search.js';
import type { SearchQuery } from './search.query.js';

function jobFields({ row }: FoundJob) {
  return {
    _id: row.id,
    name: row.name,
    description: row.description,
    action: row.action,
    user: row.actionUser,
    jobActive: row.active,
    httpMethod: row.kind === 'http' ? row.httpMethod : null,
    jobStartTime: wireTextOrNull(row.startAt),
    jobEndTime: wireTextOrNull(row.endAt),
    signatureVersion: 0,
  };
}

function job(found: FoundJob) {
  const { schedules } = found;
  return { ...jobFields(found), ...(schedules && { schedules: schedules.map(scheduleSearched) }) };
}

function schedule({ view, job: { id, name } }: FoundSchedule) {
  return { ...scheduleSearched(view), parent: { _id: id, name, jobUrl: `/scheduler/jobs/${id}` } };
}

/** The list envelope of a search; its URLs keep what was asked. One that was not asked for in pages has a next one only where it is too large. */
function envelope<T>(part: Part<T>, { page, isPaged }: SearchQuery, path: string) {
  const { total, results, prev_url, next_url } = pageEnvelope(part, page, path);
  const isContinued = isPaged || isShort(part, results);
  return {
    ...{ total, results, pagination_enabled: isPaged },
    prev_url: isPaged ? prev_url : null,
    next_url: isContinued ? next_url : null,
  };
}

/** The jobs that a search found. A job with too many schedules to be read at once is alone, and is sent in pieces. */
export function foundJobs(part: Part<FoundJob>, query: SearchQuery) {
  const shown = query.isWithSchedules ? '' : '&displaySchedules=false';
  const path = `/scheduler/search/jobs?q=${encodeURIComponent(query.q)}${shown}`;
  const [only] = part.results;
  if (!only?.otherSchedules) return envelope({ ...part, results: part.results.map(job) }, query, path);
  const schedules = allParts(only.schedules ?? [], only.otherSchedules, scheduleSearched);
  const { results: _one, ...after } = envelope(part, query, path);
  return inPieces(onlyResultText(objectText(jobFields(only), 'schedules', schedules), after));
}

/** The schedules that a search found. */
export function foundSchedules(part: Part<FoundSchedule>, query: SearchQuery) {
  const path = `/scheduler/search/schedules?q=${encodeURIComponent(query.q)}`;
  return envelope({ ...part, results: part.results.map(schedule) }, query, path);
}
