import type { overviewAnswer } from '../../../src/dashboard/reads/overview/overview.answers.js';
import type { Answer } from './answer.js';

type Told = Answer<typeof overviewAnswer>;
type Total = NonNullable<Told['failing']['total']>;

/** `GET /dashboard/api/overview`; instants are milliseconds. What fails is a first page, which has its total. */
export type Overview = Told & { readonly failing: { readonly total: Total } };
export type FailingSchedule = Overview['failing']['results'][number];
export type NextFiring = Overview['next'][number];

/** What became of calls by minute or hour, oldest first: a list for each field. */
export type OutcomeSteps = Pick<Overview['outcomes'], 'from' | 'stepMs' | 'called' | 'failed' | 'unknown'>;

export const OVERVIEW = '/dashboard/api/overview';
