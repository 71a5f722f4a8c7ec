import { useLocation } from 'preact-iso/router';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { JobList } from '../../api/types.js';
import { TEXTS } from '../../texts.js';
import { counted } from '../../time.js';
import { pathOf, SORTS, type JobQuestion } from './question.js';

/** How long after the last key the list is asked for. */
const TYPING_MS = 300;
const { jobs: texts } = TEXTS;

interface FiltersProps {
  readonly question: JobQuestion;
  readonly counts: JobList;
}

/** Which jobs the list shows, and in which order. All of it stands in the address. */
export function JobFilters({ question, counts }: FiltersProps) {
  const { route } = useLocation();
  const states = [
    [undefined, texts.states.all, counted(counts.jobs)],
    ['failing', texts.states.failing, `${counted(counts.failing.jobs)}${counts.failing.isMore ? '+' : ''}`],
    ['inactive', texts.states.inactive, counted(counts.inactive)],
  ] as const;
  return (
    <div class="filters">
      <Search question={question} />
      <nav class="choices" aria-label={texts.show}>
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
        {texts.sort}
        <select
          value={question.sort}
          onChange={({ currentTarget }) =>
            // Its options are those of the question.
            route(pathOf({ ...question, sort: currentTarget.value as JobQuestion['sort'], page: 1 }))
          }
        >
          {SORTS.map((sort) => (
            <option key={sort} value={sort}>
              {texts.sorts[sort]}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

function Search({ question }: { readonly question: JobQuestion }) {
  const { route } = useLocation();
  const [text, setText] = useState(question.q);
  const asked = useRef(question.q);
  // The address may change by other means: back, or "show all jobs".
  if (asked.current !== question.q) {
    asked.current = question.q;
    if (text.trim() !== question.q) setText(question.q);
  }
  const ask = () => {
    if (text.trim() === question.q) return;
    asked.current = text.trim();
    route(pathOf({ ...question, q: text.trim(), page: 1 }), true);
  };
  const latest = useRef(ask);
  latest.current = ask;
  useEffect(() => {
    const timer = setTimeout(() => latest.current(), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text]);
  const submit = (event: Event) => {
    event.preventDefault();
    ask();
  };
  return (
    <form class="search" role="search" onSubmit={submit}>
      <label for="q">{texts.search}</label>
      <input
        id="q"
        type="search"
        value={text}
        maxLength={255}
        autocomplete="off"
        spellcheck={false}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
    </form>
  );
}
