import { z } from 'zod';
import { jobIdText, pageOffset, pageSize } from '../../../http/wire-fields.js';

/** Which circuits are requested, all or the one of a job, and which part of them. */
export const breakersQuery = z
  .object({ jobId: jobIdText().optional(), page_size: pageSize(100), offset: pageOffset() })
  .transform(({ jobId, page_size, offset }) => ({
    jobId,
    page: { offset: offset ?? 0, pageSize: page_size ?? 10 },
  }));
