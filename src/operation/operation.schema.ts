import { z } from 'zod';
import { isUuid } from '../core/uuid.js';
import { unknownOperation } from './operation-refusal.js';

/** The operation that a path names. Text that is not a UUID names no operation. */
export const ofOperation = z.object({
  operationId: z.string().transform((text) => {
    if (isUuid(text)) return text.toLowerCase();
    throw unknownOperation(text);
  }),
});
