import { z } from 'zod';
import { outcomeFields } from '../overview/overview.answers.js';
import { stepsField } from '../timing/timing.answers.js';

const instant = () => z.int().describe('Milliseconds since 1970-01-01T00:00:00Z');
const named = { tenantId: z.uuid(), subdomain: z.string() };
const row = {
  ...{ ...named, isProvider: z.boolean(), isSuspended: z.boolean(), jobs: z.int() },
  ...{ calls: z.int(), failed: z.int(), unknown: z.int() },
  share: z.number().describe('Of all calls of the instance, 0 to 1'),
  lateP99Ms: z.int().nullable().describe('The bound of the step that 99 of 100 calls did not exceed'),
};

/** A page of tenants, with what they have and did since 00:00 UTC. */
export const tenantListAnswer = z
  .strictObject({
    tenants: z.int().describe('Without the provider itself'),
    total: z.strictObject({ tenants: z.int(), isMore: z.boolean() }).describe('How many the question finds'),
    ...{ from: instant(), to: instant(), calls: z.int() },
    half: z.int().describe('The fewest tenants that make half of all calls'),
    top: z.array(z.strictObject({ ...named, calls: z.int() })),
    results: z.array(
      z.strictObject({
        ...row,
        limits: z.strictObject({ jobs: z.strictObject({ used: z.int(), most: z.int().nullable() }) }),
      }),
    ),
  })
  .meta({ id: 'DashboardTenants' });

const limit = z.strictObject({
  used: z.int().nullable().describe('Null where it is not counted'),
  most: z.int().nullable().describe('What holds; null where nothing is limited'),
  own: z.int().nullable().describe('What this tenant was given; null for the default of the deployment'),
});

/** A tenant with what it did in 7 days. */
export const tenantDetailAnswer = z
  .strictObject({
    ...{ ...row, createdAt: instant() },
    suspended: z
      .strictObject({ at: instant(), by: z.string().nullable(), reason: z.string().nullable() })
      .nullable(),
    applications: z.array(
      z.strictObject({
        ...{ appName: z.string(), guid: z.string().nullable(), plan: z.string().nullable() },
        ...{ createdAt: instant(), updatedAt: instant() },
      }),
    ),
    limits: z.strictObject({
      ...{ maxJobs: limit, maxCalls: limit, requestsPerMinute: limit },
      ...{ maxSchedulesPerJob: limit, maxSchedules: limit, maxFiringsPerMinute: limit },
      ...{ maxCallsPerHostPerSecond: limit, maxLogBytesPerDay: limit },
    }),
    hours: z.strictObject(outcomeFields),
    lateness: z.strictObject({ steps: stepsField(), counts: z.array(z.int()) }),
    failing: z.strictObject({ schedules: z.int(), isMore: z.boolean() }),
  })
  .meta({ id: 'DashboardTenant' });

/** A tenant by its subdomain. */
export const placeAnswer = z
  .strictObject({ ...named, isSuspended: z.boolean() })
  .meta({ id: 'DashboardPlace' });
