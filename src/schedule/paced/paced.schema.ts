import { z } from 'zod';
import { InvalidInput, shown } from '../../core/errors.js';
import type { Instant } from '../../core/instant.js';
import { INSTANT_ORDERS } from '../../core/plan/past-instants.js';
import { isFinal, SHOWN_STATES, type ShownState } from '../../core/run-state.js';
import { parseDate } from '../../core/text/date-input.js';
import { isUuid } from '../../core/uuid.js';
import { refusing } from '../../http/validation.js';
import { flag, TIME_VALUES } from '../../http/wire-fields.js';
import { MOST_CONCURRENCY, USUAL_CONCURRENCY } from './paced-state.js';

/** An instant that must be given. */
const instant = (field: string) =>
  z
    .unknown()
    .transform(
      refusing((value: unknown): Instant => {
        if (value !== undefined && value !== null) return parseDate(value, field);
        throw new InvalidInput(
          `'${field}' is required: give an instant such as '2031-05-01T08:15:30Z'`,
          field,
        );
      }),
    )
    .meta({ anyOf: TIME_VALUES.slice(0, 2) });

const concurrency = () => z.int().min(1).max(MOST_CONCURRENCY).default(USUAL_CONCURRENCY);

/** Body of a back-fill. Unknown fields are refused: one that was ignored would make other runs than were meant. */
export const backfillBody = z
  .strictObject({
    from: instant('from'),
    to: instant('to'),
    order: z.enum(INSTANT_ORDERS).default('oldest'),
    concurrency: concurrency(),
    dryRun: flag('dryRun').default(false),
  })
  .meta({ id: 'Backfill' });

const ENDED_STATES = SHOWN_STATES.filter(isFinal);

function endedStates(value: unknown): readonly ShownState[] {
  if (value === undefined)
    throw new InvalidInput(
      `'runState' is required: give a state of ended runs (${ENDED_STATES.join(', ')}) or a list of them`,
      'runState',
    );
  const given: readonly unknown[] = Array.isArray(value) ? value : [value];
  const states = ENDED_STATES.filter((state) => given.includes(state));
  const wrong = given.find((state) => !ENDED_STATES.some((known) => known === state));
  if (given.length > 0 && wrong === undefined) return states;
  throw new InvalidInput(
    `'runState' must be a state of ended runs (${ENDED_STATES.join(', ')}) or a list of them, but is ${shown(value)}`,
    'runState',
  );
}

const uuid = (field: string) =>
  z
    .unknown()
    .transform(
      refusing((value: unknown): string => {
        if (typeof value === 'string' && isUuid(value)) return value.toLowerCase();
        throw new InvalidInput(`'${field}' must be a UUID, but is ${shown(value)}`, field);
      }),
    )
    .meta({ type: 'string', format: 'uuid' });

const runFilter = z.strictObject({
  runState: z
    .unknown()
    .transform(refusing(endedStates))
    .meta({ anyOf: [{ enum: ENDED_STATES }, { type: 'array', items: { enum: ENDED_STATES }, minItems: 1 }] }),
  from: instant('from'),
  to: instant('to'),
  jobId: z.int().min(1).optional(),
  scheduleId: uuid('scheduleId').optional(),
  tenantId: z.string().min(1).optional(),
});

/** Body of a replay of many runs. */
export const runsReplay = z
  .strictObject({ filter: runFilter, dryRun: flag('dryRun').default(false), concurrency: concurrency() })
  .transform(
    refusing((body) => {
      const { from, to } = body.filter;
      if (from <= to) return body;
      throw new InvalidInput("'filter.from' is later than 'filter.to': give an earlier one", 'filter.from');
    }),
  )
  .meta({ id: 'RunsReplay' });

export type RunFilter = z.output<typeof runFilter>;
