import { z } from 'zod';
import { pageOffset, pageSize } from '../../../http/wire-fields.js';

/** Which part of the circuits is requested. */
export const breakersQuery = z
  .object({ page_size: pageSize(100), offset: pageOffset() })
  .transform(({ page_size, offset }) => ({ page: { offset: offset ?? 0, pageSize: page_size ?? 10 } }));
