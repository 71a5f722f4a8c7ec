import { z } from 'zod';

/** What came of a test call. */
export const testCallAnswer = z
  .strictObject({
    outcome: z.enum(['success', 'accepted', 'failed']),
    httpStatus: z.int().nullable(),
    durationMs: z.int().min(0),
    text: z.string().describe('The first 10,000 characters of the answer, or why there is none'),
    isCut: z.boolean(),
    message: z.string(),
    cause: z.string().nullable().describe('The code of a call without an answer, as run logs have it'),
  })
  .meta({ id: 'TestCall' });
