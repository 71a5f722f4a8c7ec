import { z } from 'zod';
import { jobIdText, uuidText, pageOffset, pageSize } from '../../http/wire-fields.js';

/** Whose action logs are asked for, and which part. */
export const actionLogQuery = z
  .object({
    jobId: jobIdText(),
    scheduleId: uuidText('schedule').optional(),
    page_size: pageSize(100),
    offset: pageOffset(),
  })
  .transform(({ jobId, scheduleId, page_size, offset: from }) => ({
    jobId,
    scheduleId,
    page: { offset: from ?? 0, pageSize: page_size ?? (from === undefined ? 200 : 10) },
  }));
