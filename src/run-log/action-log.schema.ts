import { z } from 'zod';
import { jobIdText, uuidText, wholeNumber } from '../http/wire-fields.js';

const pageSize = wholeNumber("'page_size' must be a whole number from 1 to 100", 1, 100);
const offset = wholeNumber("'offset' must be a whole number, 0 or more", 0, Number.MAX_SAFE_INTEGER);

/** Whose action logs are asked for, and which part. */
export const actionLogQuery = z
  .object({
    jobId: jobIdText(),
    scheduleId: uuidText('schedule').optional(),
    page_size: pageSize.optional(),
    offset: offset.optional(),
  })
  .transform(({ jobId, scheduleId, page_size, offset: from }) => ({
    jobId,
    scheduleId,
    page: { offset: from ?? 0, pageSize: page_size ?? (from === undefined ? 200 : 10) },
  }));
