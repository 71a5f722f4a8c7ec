import { PATHS } from '../../paths.js';

const STATES = ['failing', 'inactive'] as const;
export const SORTS = ['name', 'next', 'result', 'newest'] as const;
export const JOB_PAGE = 50;

/** What the address asks for: which jobs, in which order, and which page of them. */
export interface JobQuestion {
  readonly q: string;
  readonly state: (typeof STATES)[number] | undefined;
  readonly sort: (typeof SORTS)[number];
  readonly page: number;
}

/** Returns the question of an address; what it cannot mean is left out. */
export function questionOf(query: Readonly<Record<string, string>>): JobQuestion {
  const page = Number(query['page']);
  return {
    q: (query['q'] ?? '').trim().slice(0, 255),
    state: STATES.find((state) => state === query['state']),
    sort: SORTS.find((sort) => sort === query['sort']) ?? 'name',
    page: Number.isInteger(page) && page > 0 && page <= 20_000 ? page : 1,
  };
}

/** Returns the address of a question: what is usual is left out. */
export function pathOf(question: JobQuestion): string {
  return PATHS.jobs + searchOf(question);
}

/** Returns the request of a question. */
export function requestOf(question: JobQuestion): string {
  return `/dashboard/api/jobs${searchOf(question)}`;
}

function searchOf({ q, state, sort, page }: JobQuestion): string {
  const search = new URLSearchParams();
  if (q !== '') search.set('q', q);
  if (state !== undefined) search.set('state', state);
  if (sort !== 'name') search.set('sort', sort);
  if (page !== 1) search.set('page', String(page));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
