import { z } from 'zod';
import { InvalidInput, shown } from '../core/errors.js';
import { refusing } from '../http/validation.js';
import { flag, jobIdText, uuidText, pageOffset, pageSize } from '../http/wire-fields.js';
import type { Report } from './run-log.service.js';
import type { RunPage } from './run.reader.js';

/** How much of a text is kept, and the mark at the end of a longer one (rest-api.md, "Run logs"). */
const MOST_TEXT_BYTES = 65_536;
const CUT = ' ... (cut)';

export const runsOf = z.object({ jobId: jobIdText(), scheduleId: uuidText('schedule') });
export const runOf = runsOf.extend({ runId: uuidText('run') });

function pageOf(query: z.output<typeof pageFields>): RunPage {
  const ways = Object.entries({ offset: query.offset, next: query.next, prev: query.prev });
  const given = ways.flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length > 1) {
    throw new InvalidInput(`Only one of offset, next, prev may be given, not ${given.join(' and ')}`);
  }
  const size = query.page_size ?? (query.offset === undefined ? 200 : 10);
  if (query.next !== undefined) return { kind: 'after', runId: query.next, pageSize: size };
  if (query.prev !== undefined) return { kind: 'before', runId: query.prev, pageSize: size };
  return { kind: 'offset', offset: query.offset ?? 0, pageSize: size };
}

const pageFields = z.object({
  page_size: pageSize(200),
  offset: pageOffset(),
  next: uuidText('run').optional(),
  prev: uuidText('run').optional(),
});

/** Which part of the run logs is requested. */
export const runPage = pageFields.transform(refusing(pageOf));

function kept(message: unknown): string {
  if (message === undefined || message === null) return '';
  if (typeof message !== 'string') {
    throw new InvalidInput(`'message' must be a string, but is ${shown(message)}`, 'message');
  }
  const bytes = Buffer.from(message);
  if (bytes.length <= MOST_TEXT_BYTES) return message;
  // A character that would be cut in the middle is left out.
  return `${bytes
    .subarray(0, MOST_TEXT_BYTES)
    .toString()
    .replace(/\ufffd$/, '')}${CUT}`;
}

/** The body of an application's report. */
export const runReport = z
  .object({
    success: flag('success'),
    message: z
      .unknown()
      .transform(refusing(kept))
      .default('')
      .meta({ type: ['string', 'null'] }),
  })
  .transform((body): Report => body)
  .meta({ id: 'RunReport' });
