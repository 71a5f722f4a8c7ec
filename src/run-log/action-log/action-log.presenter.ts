import { wireText } from '../../core/instant.js';
import type { ActionLogRow } from '../../database/entities/action-log.row.js';
import { pageEnvelope, type Part } from '../../http/page.js';
import type { ActionLogQuery } from './action-log.reader.js';

function entry({ action, actor, at, jobId, scheduleId, details }: ActionLogRow) {
  return { action, actor, timestamp: wireText(at), jobId, scheduleId, details };
}

/** Returns the list envelope of action logs. */
export function actionLogPage({ total, results }: Part<ActionLogRow>, query: ActionLogQuery) {
  const ofSchedule = query.scheduleId === undefined ? '' : `&scheduleId=${query.scheduleId}`;
  const path = `/scheduler/actionLogs?jobId=${query.jobId}${ofSchedule}`;
  return pageEnvelope({ total, results: results.map(entry) }, query.page, path);
}
