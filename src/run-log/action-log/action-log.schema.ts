import { z } from 'zod';
import { jobIdText, uuidText, pageOffset, pageSize } from '../../http/wire-fields.js';

/** Which action logs are requested, and which part of them. */
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
