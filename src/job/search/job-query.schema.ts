import { z } from 'zod';
import { InvalidInput, shown } from '../../core/errors.js';
import { refusing } from '../../http/validation.js';
import { flag, jobIdText, wholeNumber } from '../../http/wire-fields.js';
import type { ActionKind } from '../../database/entities/job.row.js';
import { HTTP_TYPE, TASK_TYPE } from '../draft/job-type.js';
import { parseFilter } from './job.filter.js';
import type { JobQuery } from './job.query.js';

const SORTS = { name: 'name', createdAt: 'createdAt', jobId: 'id', active: 'active' } as const;
const TYPES = { [HTTP_TYPE]: 'http', [TASK_TYPE]: 'cf_task' } as const;

function oneOf<T>(field: string, values: Readonly<Record<string, T>>, read = (text: string) => text) {
  return z
    .unknown()
    .transform(
      refusing((value: unknown): T => {
        const found = typeof value === 'string' ? read(value) : '';
        if (Object.hasOwn(values, found)) return values[found] as T; // it is there: see the line itself
        throw new InvalidInput(
          `'${field}' must be one of ${Object.keys(values).join(', ')}, but is ${shown(value)}`,
          field,
        );
      }),
    )
    .optional()
    .meta({ type: 'string', enum: Object.keys(values) });
}

const fields = z.object({
  jobId: jobIdText().optional(),
  name: z.string().optional(),
  displaySchedules: flag('displaySchedules').optional(),
  tenantId: z.string().optional(),
  page_size: wholeNumber(() => 'Invalid Page Size', 1, 100).optional(),
  offset: wholeNumber(() => 'Invalid Offset', 0, Number.MAX_SAFE_INTEGER).optional(),
  jobType: oneOf<ActionKind>('jobType', TYPES),
  sort_by: oneOf('sort_by', SORTS),
  sort_order: oneOf('sort_order', { ASC: 'ASC', DESC: 'DESC' } as const, (text) => text.toUpperCase()),
  filter: z.string().transform(refusing(parseFilter)).optional(),
});

function queryOf(query: z.output<typeof fields>): JobQuery {
  const { jobId, name, tenantId } = query;
  const isPaged = query.page_size !== undefined || query.offset !== undefined;
  if (jobId !== undefined || name !== undefined) {
    if (isPaged) throw new InvalidInput('Invalid query');
    return { kind: 'one', jobId, name, tenantId, isWithSchedules: query.displaySchedules ?? false };
  }
  return {
    kind: 'page',
    page: { offset: query.offset ?? 0, pageSize: query.page_size ?? 10 },
    sort: { by: query.sort_by ?? 'id', order: query.sort_order ?? 'ASC' },
    actionKind: query.jobType,
    filter: query.filter,
    tenantId,
  };
}

/** What a GET of jobs asks for: one job by id and/or name, or a page. */
export const jobsQuery = fields.transform(refusing(queryOf));

/** Returns what goes before the messages of a GET of jobs: it is two routes in one. */
export function prefixOfQuery(query: Readonly<Record<string, unknown>>): string {
  const isOne = query['jobId'] !== undefined || query['name'] !== undefined;
  return isOne ? 'Error while fetching job details: ' : 'Error while fetching list of jobs: ';
}
