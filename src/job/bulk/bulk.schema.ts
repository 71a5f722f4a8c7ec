import { z } from 'zod';
import { InvalidInput, NotFound, shown } from '../../core/errors.js';
import { refusing } from '../../http/validation.js';
import { flag, pageSize, wholeNumber } from '../../http/wire-fields.js';
import { BULK_VERBS, type BulkOrder, type BulkVerb } from './bulk.order.js';
import { parseFilter } from '../search/job.filter.js';

/** What is to be done with many jobs at once; a path that names something else names nothing. */
export const ofVerb = z.object({
  verb: z.string().transform((text): BulkVerb => {
    const verb = BULK_VERBS.find((known) => known === text);
    if (verb === undefined) throw new NotFound(`There is no operation ${shown(text)} on jobs.`);
    return verb;
  }),
});

function checkedFilter(filter: unknown): string {
  if (filter === undefined || filter === null) {
    throw new InvalidInput(
      "'filter' is required: say which jobs are meant; contains(name, '') means all of them",
      'filter',
    );
  }
  if (typeof filter !== 'string') {
    throw new InvalidInput(`'filter' must be a string, but is ${shown(filter)}`, 'filter');
  }
  parseFilter(filter);
  return filter;
}

/** Body of an operation on many jobs. */
export const bulkOrder = z
  .object({
    filter: z.unknown().transform(refusing(checkedFilter)).meta({ type: 'string' }),
    dryRun: flag('dryRun').default(false),
    target: z.enum(['jobs', 'schedules']).default('jobs'),
  })
  .transform((body): BulkOrder => body)
  .meta({ id: 'BulkOrder' });

const after = wholeNumber(
  (value) => `'after' must be the id of a job, a whole number, but is ${shown(value)}`,
  0,
  Number.MAX_SAFE_INTEGER,
);

/** Which part of the jobs is exported: those that follow a job, by their ids. */
export const exportQuery = z
  .object({ page_size: pageSize(1_000), after: after.optional(), tenantId: z.string().optional() })
  .transform((query) => ({
    pageSize: query.page_size ?? 200,
    after: query.after ?? 0,
    tenantId: query.tenantId,
  }));
