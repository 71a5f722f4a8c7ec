import type { Operation } from './types.js';

/** What an operation came to that makes many runs, or what it would do. */
export interface ManyResults {
  readonly matched?: number;
  readonly made?: number;
  readonly succeeded?: number;
  readonly failed?: number;
  readonly skipped?: number;
  readonly canceled?: number;
  readonly deleted?: number;
  readonly 'error-count'?: number;
  /** Of a back-fill that is only tried: the first and the last instant, ISO 8601. */
  readonly first?: string;
  readonly last?: string;
}

/** An operation that makes many runs. */
export interface ManyRunsOperation extends Operation {
  readonly 'job-results'?: Operation['job-results'] & ManyResults;
  readonly progress?: { readonly done: number; readonly total: number | null };
}
