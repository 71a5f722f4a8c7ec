import { useRef, useState } from 'preact/hooks';
import { seenAddress } from '../api/request.js';
import { fieldText, questionOf, STATE_FILTERS } from '../pages/runs/run-filter.js';
import type { RunFilter, StateFilter } from '../pages/runs/run-filter.js';
import { TimeField } from '../pages/runs/time-field.js';
import { faultsOf, type TypedTimes } from '../pages/runs/typed-times.js';
import { JOB } from '../texts/job.js';
import { RUNS } from '../texts/runs.js';
import './run-download.css';

const ROUTE = '/dashboard/api/runs/download';
/** What has not run yet has no log. */
const CHOICES = ['', ...STATE_FILTERS.filter((state) => state !== 'planned')] as const;

interface DownloadProps {
  readonly what: { readonly jobId: number } | { readonly scheduleId: string };
  readonly text: string;
  /** What is chosen at first. */
  readonly filter?: Pick<RunFilter, 'state' | 'from' | 'to'>;
}

/** The run logs of a job or a schedule as a file: of a result and a time that are chosen here. */
export function Download({ what, text, filter }: DownloadProps) {
  const { list, filters } = RUNS;
  const [state, setState] = useState<StateFilter | null>(filter?.state ?? null);
  const [times, setTimes] = useState(() => typedOf(filter));
  const [isAsked, setAsked] = useState(false);
  const fields = { from: useRef<HTMLInputElement>(null), to: useRef<HTMLInputElement>(null) };
  const { from, to, faults } = faultsOf(times);
  const hrefOf = (format: string) => {
    const chosen = { state, from, to, after: null };
    return seenAddress(`${ROUTE}?${questionOf(chosen, { ...placeOf(what), format })}`);
  };
  /** Without the times that somebody began to type the file would hold something else than is meant. */
  const check = (event: Event) => {
    // Browsers say nothing while the first part of a time is typed.
    const isHalf = (name: keyof TypedTimes) => fields[name].current?.validity.badInput ?? false;
    const typed = {
      from: { ...times.from, isHalf: isHalf('from') },
      to: { ...times.to, isHalf: isHalf('to') },
    };
    const found = faultsOf(typed).faults;
    const wrong = found.from ? fields.from : found.to ? fields.to : null;
    setTimes(typed);
    setAsked(wrong !== null);
    if (!wrong) return;
    event.preventDefault();
    wrong.current?.focus();
  };
  return (
    <section aria-labelledby="download">
      <h2 id="download">{JOB.download}</h2>
      <p class="quiet">{text}</p>
      <div class="run-download">
        <label>
          {list.state}
          <select
            value={state ?? ''}
            onChange={({ currentTarget }) =>
              setState(STATE_FILTERS.find((name) => name === currentTarget.value) ?? null)
            }
          >
            {CHOICES.map((name) => (
              <option key={name} value={name}>
                {filters[name === '' ? 'all' : name]}
              </option>
            ))}
          </select>
        </label>
        {(['from', 'to'] as const).map((name) => (
          <TimeField
            key={name}
            id={`download-${name}`}
            label={list[name]}
            input={fields[name]}
            text={times[name].text}
            error={isAsked ? faults[name] : undefined}
            onTyped={(typed) => setTimes((former) => ({ ...former, [name]: typed }))}
          />
        ))}
        <a
          class="button button-usual"
          href={hrefOf('ndjson')}
          download="runs.ndjson"
          onClick={check}
          aria-label={RUNS.ndjsonName}
        >
          {RUNS.ndjson}
        </a>
        <a
          class="button button-usual"
          href={hrefOf('csv')}
          download="runs.csv"
          onClick={check}
          aria-label={RUNS.csvName}
        >
          {RUNS.csv}
        </a>
      </div>
    </section>
  );
}

const textOf = (at: number | null | undefined) => (at === null || at === undefined ? '' : fieldText(at));
const typedOf = (filter: DownloadProps['filter']): TypedTimes => ({
  from: { text: textOf(filter?.from), isHalf: false },
  to: { text: textOf(filter?.to), isHalf: false },
});

const placeOf = (what: DownloadProps['what']) =>
  'jobId' in what ? { jobId: String(what.jobId) } : { scheduleId: what.scheduleId };
