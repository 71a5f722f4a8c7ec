import { z } from 'zod';
import { InvalidInput } from '../../core/errors.js';
import { refusing } from '../../http/validation.js';
import { flag, pageOffset, pageSize } from '../../http/wire-fields.js';
import { parseSearch, type SearchQuery } from './search.query.js';

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) throw new InvalidInput("'q' must be given once", 'q');
  throw new InvalidInput('Search query not provided', 'q');
}

const fields = z.object({
  q: z.unknown().transform(refusing(textOf)).meta({ type: 'string' }),
  page_size: pageSize(100),
  offset: pageOffset(),
});

function queryOf(query: z.output<typeof fields>, isWithSchedules: boolean): SearchQuery {
  const isPaged = query.page_size !== undefined || query.offset !== undefined;
  const page = { offset: query.offset ?? 0, pageSize: query.page_size ?? (isPaged ? 10 : 200) };
  return { q: query.q, terms: parseSearch(query.q), page, isPaged, isWithSchedules };
}

/** What a search for jobs asks for. */
export const jobSearch = fields
  .extend({ displaySchedules: flag('displaySchedules').default(true) })
  .transform(refusing(({ displaySchedules, ...query }) => queryOf(query, displaySchedules)));

/** What a search for schedules asks for. */
export const scheduleSearch = fields.extend({ displaySchedules: z.unknown().optional() }).transform(
  refusing(({ displaySchedules, ...query }) => {
    if (displaySchedules === undefined) return queryOf(query, false);
    throw new InvalidInput('displaySchedules is not supported', 'displaySchedules');
  }),
);
