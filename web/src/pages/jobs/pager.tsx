import { JOBS } from '../../texts/jobs.js';
import type { JobList } from '../../api/types.js';
import { JOB_PAGE, pathOf, type JobQuestion } from './question.js';

interface PagerProps {
  readonly question: JobQuestion;
  readonly total: JobList['total'];
  /** How many stand on the page that is shown. */
  readonly count: number;
}

/** Which part of the list is shown, and the ways to the others. */
export function Pager({ question, total, count }: PagerProps) {
  const before = (question.page - 1) * JOB_PAGE;
  const hasNext = total.isMore || before + count < total.jobs;
  const link = (page: number, name: string) => (
    <a class="button button-usual" href={pathOf({ ...question, page })}>
      {name}
    </a>
  );
  return (
    <nav class="pager" aria-label={JOBS.pages}>
      <span>{JOBS.range(before + 1, before + count, total.jobs, total.isMore)}</span>
      {question.page > 1 && link(question.page - 1, JOBS.previous)}
      {hasNext && link(question.page + 1, JOBS.following)}
    </nav>
  );
}
