import { z } from 'zod';

const next = {
  text: z.string().describe('What the schedule means, in plain English'),
  runs: z.array(
    z.strictObject({
      at: z.iso.datetime().describe('UTC'),
      local: z.iso
        .datetime({ offset: true })
        .optional()
        .describe('The same in the time zone of the schedule'),
      note: z.string().optional().describe('What the change of a clock does to this run'),
    }),
  ),
  warnings: z.array(z.string()),
};

/** What a schedule means and when it would run. */
export const previewAnswer = z
  .strictObject({
    ...next,
    runsPerDay: z
      .number()
      .nullable()
      .describe('The mean over the calendar where it is not the same each day; null where it runs once'),
  })
  .meta({ id: 'SchedulePreview' });

/** What a stored schedule means and when it runs next. */
export const nextRunsAnswer = z.strictObject(next).meta({ id: 'NextRuns' });
