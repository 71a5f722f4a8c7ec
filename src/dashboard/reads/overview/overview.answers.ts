import { z } from 'zod';
import { SCHEDULE_KINDS } from '../../../database/entities/kinds.js';
import { failingAnswer } from '../reads.answers.js';

const instant = () => z.int().describe('Milliseconds since 1970-01-01T00:00:00Z');
const counts = () => z.array(z.int());

/** What became of calls, by the minute or hour in which their runs were due. */
export const outcomeFields = {
  ...{ from: instant(), stepMs: z.int() },
  ...{ called: counts(), failed: counts(), unknown: counts() },
};

/** What the home page shows. */
export const overviewAnswer = z
  .strictObject({
    outcomes: z.strictObject({
      ...outcomeFields,
      isAbout: z.boolean().describe('A replica that was killed may have lost some of its counts'),
      source: z.enum(['counters', 'runs', 'hours']),
    }),
    failing: failingAnswer.omit({ after: true }),
    firstRunAt: instant().nullable(),
    next: z.array(
      z.strictObject({
        plannedAt: instant(),
        schedule: z.strictObject({
          ...{ id: z.uuid(), description: z.string(), kind: z.enum(SCHEDULE_KINDS), expression: z.string() },
          text: z.string(),
        }),
        job: z.strictObject({ id: z.int(), name: z.string() }),
        tenant: z.strictObject({ id: z.uuid(), subdomain: z.string() }).nullable(),
      }),
    ),
    operations: z.strictObject({
      total: z.int(),
      results: z.array(
        z.strictObject({
          ...{ id: z.uuid(), kind: z.string(), title: z.string() },
          progress: z.number().nullable().describe('0 to 1'),
          startedAt: instant(),
        }),
      ),
    }),
    jobs: z.strictObject({ total: z.int(), active: z.int() }),
  })
  .meta({ id: 'DashboardOverview' });
