import { wireText } from '../core/instant.js';
import type { OperationRow } from '../database/entities/operation.row.js';
import { RUN_KIND } from '../database/entities/operation.row.js';
import { workOf } from './operation-batch.js';
import { operationUri } from './operation-uri.js';

/** After how many seconds it makes sense to ask again. */
const RETRY_AFTER_S = '1';

/** The answer to a request that started an operation. */
export function operationStarted(id: string) {
  const uri = operationUri(id);
  const headers = new Map([
    ['Operation-Location', uri],
    ['Retry-After', RETRY_AFTER_S],
  ]);
  return { headers, body: { 'job-uri': uri } };
}

/** The status of an operation; the last fields are ours, the others those of the HMC's job API. */
export function operationStatus(row: OperationRow) {
  const isEnded = row.endedAt !== null;
  return {
    headers: new Map(isEnded ? [] : [['Retry-After', RETRY_AFTER_S]]),
    body: {
      status: row.state,
      ...(isEnded && ended(row)),
      kind: row.kind,
      created: wireText(row.createdAt),
      ...(row.endedAt !== null && { ended: wireText(row.endedAt) }),
      ...(row.kind !== RUN_KIND && { progress: workOf(row)?.progress ?? { done: 0, total: null } }),
    },
  };
}

function ended(row: OperationRow) {
  return {
    'job-status-code': row.statusCode,
    ...(row.reasonCode !== null && { 'job-reason-code': row.reasonCode }),
    // Whoever ended it has written an object.
    'job-results': { ...subjectOf(row), ...(JSON.parse(row.results ?? '{}') as object) },
  };
}

function subjectOf(row: OperationRow): object {
  if (row.kind !== RUN_KIND) return {};
  // Only RunRequestService writes the input of this kind.
  const { jobId, scheduleId, runId } = JSON.parse(row.input) as Record<string, unknown>;
  return { 'job-id': jobId, 'schedule-id': scheduleId, 'run-id': runId };
}
