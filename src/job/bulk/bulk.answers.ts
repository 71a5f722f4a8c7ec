import { z } from 'zod';

/** A page of an export: jobs in the form in which they are created, and where the next page is. */
export const exportAnswer = z
  .strictObject({
    results: z.array(z.record(z.string(), z.unknown())),
    next_url: z.string().nullable(),
  })
  .meta({ id: 'Export' });
