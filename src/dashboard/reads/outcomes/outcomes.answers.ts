import { z } from 'zod';
import { outcomeFields } from '../overview/overview.answers.js';

/** What became of the calls of a span of time, where something cheap to read tells it. */
export const outcomesAnswer = z
  .strictObject({
    countedFrom: z
      .int()
      .nullable()
      .describe('When the first run was due of which anything is known, in milliseconds; null without any'),
    outcomes: z
      .strictObject({
        ...outcomeFields,
        isAbout: z.boolean().describe('A replica that was killed may have lost some of its counts'),
        source: z.enum(['runs', 'minutes', 'hours']),
      })
      .nullable()
      .describe('null where nothing that is quick to read has these minutes or hours'),
  })
  .meta({ id: 'DashboardOutcomes' });
