import { wireText } from '../core/instant.js';
import { operationUri } from '../event/event-text.js';
import type { OperationView } from './operation.service.js';

/** After how many seconds a client should ask again. */
const RETRY_AFTER_S = '1';

/** Returns the answer to a request that started an operation. */
export function operationStarted(id: string) {
  const uri = operationUri(id);
  const headers = new Map([
    ['Operation-Location', uri],
    ['Retry-After', RETRY_AFTER_S],
  ]);
  return { headers, body: { 'job-uri': uri } };
}

/** Returns the status of an operation. The last fields are our own; the others have the format of the HMC's job API. */
export function operationStatus(view: OperationView) {
  const { row, progress } = view;
  const isEnded = row.endedAt !== null;
  return {
    headers: new Map(isEnded ? [] : [['Retry-After', RETRY_AFTER_S]]),
    body: {
      status: row.state,
      ...(isEnded && ended(view)),
      kind: row.kind,
      created: wireText(row.createdAt),
      ...(row.endedAt !== null && { ended: wireText(row.endedAt) }),
      ...(progress && { progress }),
    },
  };
}

function ended({ row, subject }: OperationView) {
  return {
    'job-status-code': row.statusCode,
    ...(row.reasonCode !== null && { 'job-reason-code': row.reasonCode }),
    // The code that ended the operation always writes an object.
    'job-results': { ...subject, ...(JSON.parse(row.results ?? '{}') as object) },
  };
}
