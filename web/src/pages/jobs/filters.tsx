import { useLocation } from 'preact-iso/router';
import type { JobList } from '../../api/types.js';
import { ListSearch } from '../../controls/list-search.js';
import { JOBS } from '../../texts/jobs.js';
import { counted } from '../../time.js';
import { pathOf, SORTS, type JobQuestion } from './question.js';

interface FiltersProps {
  readonly question: JobQuestion;
  readonly counts: JobList;
}

/** Which jobs the list shows, and in which order. All of it stands in the address. */
export function JobFilters({ question, counts }: FiltersProps) {
  const { route } = useLocation();
  const states = [
    [undefined, JOBS.states.all, counted(counts.jobs)],
    ['failing', JOBS.states.failing, `${counted(counts.failing.jobs)}${counts.failing.isMore ? '+' : ''}`],
    ['inactive', JOBS.states.inactive, counted(counts.inactive)],
  ] as const;
  return (
    <div class="filters">
      <ListSearch
        label={JOBS.search}
        value={question.q}
        onAsk={(q) => route(pathOf({ ...question, q, page: 1 }), true)}
      />
      <nav class="choices" aria-label={JOBS.show}>
        {states.map(([state, name, count]) => (
          <a
            key={name}
            href={pathOf({ ...question, state, page: 1 })}
            aria-current={question.state === state ? 'true' : undefined}
          >
            {name} <span class="quiet">{count}</span>
          </a>
        ))}
      </nav>
      <label class="sort">
        {JOBS.sort}
        <select
          value={question.sort}
          onChange={({ currentTarget }) =>
            // Its options are those of the question.
            route(pathOf({ ...question, sort: currentTarget.value as JobQuestion['sort'], page: 1 }))
          }
        >
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {JOBS.sorts[sort]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
