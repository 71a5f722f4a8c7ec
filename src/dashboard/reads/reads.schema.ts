import { z } from 'zod';
import { InvalidInput, shown } from '../../core/errors.js';
import { isUuid } from '../../core/uuid.js';
import { SHOWN_STATES, type ShownState } from '../../core/run-state.js';
import { refusing } from '../../http/validation.js';
import { jobIdText, uuidText, wholeNumber } from '../../http/wire-fields.js';
import { parseCursor } from './cursor.js';
import { JOB_SORTS, JOB_STATES } from './jobs/job-list.query.js';
import { TENANT_SORTS } from './tenants/tenant-order.js';

/** So many schedules may have their strips in one answer, and so many runs each. */
export const MOST_STRIPS = 50;
export const MOST_OF_STRIP = 50;
/** The last instant that a date can be (ECMAScript, "Time Values and Time Range"). */
const LAST_DATE = 8_640_000_000_000_000;
/** A page so far down is read by nobody, and costs what lies before it. */
const MOST_PAGES = 20_000;
const MOST_OF_NAME = 255;

const tenantId = z
  .guid()
  .transform((id) => id.toLowerCase())
  .optional();
const after = z.string().transform(refusing(parseCursor)).optional();

const instant = (name: string) =>
  wholeNumber(
    (value) =>
      `'${name}' must be an instant in milliseconds since 1970, at most ${LAST_DATE}, but is ${shown(value)}`,
    0,
    LAST_DATE,
  ).optional();

const pageNumber = () =>
  wholeNumber(
    (value) => `'page' must be a whole number from 1 to ${MOST_PAGES}, but is ${shown(value)}`,
    1,
    MOST_PAGES,
  ).default(1);

function statesOf(text: string): readonly ShownState[] {
  const named = new Set(text.split(','));
  const states = SHOWN_STATES.filter((state) => named.has(state));
  if (states.length === named.size) return states;
  throw new InvalidInput(
    `'state' must be some of ${SHOWN_STATES.join(', ')} with commas between, but is ${shown(text)}`,
  );
}

const which = {
  ...{ tenantId, from: instant('from'), to: instant('to') },
  state: z.string().transform(refusing(statesOf)).optional(),
};

/** Which tenant, where a provider means one. */
export const ofTenantQuery = z.object({ tenantId });

/** Of which span of time the outcomes. */
export const outcomesQuery = z.object({ tenantId, from: instant('from'), to: instant('to') });

/** Which failing schedules. */
export const failingQuery = z.object({ tenantId, after });

/** Which jobs, and which page of them. */
export const jobsQuery = z.object({
  tenantId,
  q: z.string().max(MOST_OF_NAME).default(''),
  state: z.enum(JOB_STATES).optional(),
  sort: z.enum(JOB_SORTS).default('name'),
  page: pageNumber(),
});
/** Which tenants, and which page of them. */
export const tenantsQuery = z.object({
  q: z.string().max(MOST_OF_NAME).default(''),
  sort: z.enum(TENANT_SORTS).default('calls'),
  page: pageNumber(),
});
export const tenantPlace = z.object({ tenantId: z.string().transform((id) => id.toLowerCase()) });
export const subdomainPlace = z.object({ subdomain: z.string().max(MOST_OF_NAME) });

export const jobPlace = z.object({ jobId: jobIdText() });

/** Which runs. */
export const runsQuery = z.object({ ...which, scheduleId: uuidText('schedule').optional(), after });
export const schedulePlace = z.object({ scheduleId: uuidText('schedule') });
export const runPlace = z.object({ runId: uuidText('run') });

/** Which runs, and in which form. */
export const downloadQuery = z.object({
  ...which,
  ...{ jobId: jobIdText().optional(), scheduleId: uuidText('schedule').optional() },
  format: z.enum(['ndjson', 'csv']).optional(),
});

function idsOf(text: string): readonly string[] {
  const ids = [...new Set(text.toLowerCase().split(','))];
  if (ids.length <= MOST_STRIPS && ids.every(isUuid)) return ids;
  throw new InvalidInput(
    `'schedules' must be 1 to ${MOST_STRIPS} ids of schedules with commas between`,
    'schedules',
  );
}

/** Whose runs, and how many of each. */
export const stripsQuery = z.object({
  schedules: z.string('must be ids of schedules with commas between').transform(refusing(idsOf)),
  runs: wholeNumber(
    (value) => `'runs' must be a whole number from 1 to ${MOST_OF_STRIP}, but is ${shown(value)}`,
    1,
    MOST_OF_STRIP,
  ).optional(),
});
