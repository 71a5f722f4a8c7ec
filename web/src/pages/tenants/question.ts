import { PATHS } from '../../paths.js';

export const TENANT_SORTS = ['calls', 'name', 'failed', 'late', 'jobs'] as const;
export const TENANT_PAGE = 50;
const LAST_PAGE = 20_000;

/** What the address asks for: which tenants, in which order, and which page of them. */
export interface TenantQuestion {
  readonly q: string;
  readonly sort: (typeof TENANT_SORTS)[number];
  readonly page: number;
}

/** Returns the question of an address; what it cannot mean is left out. */
export function questionOf(query: Readonly<Record<string, string>>): TenantQuestion {
  const page = Number(query['page']);
  return {
    q: (query['q'] ?? '').trim().slice(0, 255),
    sort: TENANT_SORTS.find((sort) => sort === query['sort']) ?? 'calls',
    page: Number.isInteger(page) && page > 0 && page <= LAST_PAGE ? page : 1,
  };
}

/** Returns the address of a question: what is usual is left out. */
export const pathOf = (question: TenantQuestion) => PATHS.tenants + searchOf(question);

/** Returns the request of a question. */
export const requestOf = (question: TenantQuestion) => `/dashboard/api/tenants${searchOf(question)}`;

function searchOf({ q, sort, page }: TenantQuestion): string {
  const search = new URLSearchParams();
  if (q !== '') search.set('q', q);
  if (sort !== 'calls') search.set('sort', sort);
  if (page !== 1) search.set('page', String(page));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
