import type { RunState, RunTotal } from '../../api/runs.js';
import { RUNS } from '../../texts/runs.js';
import { counted } from '../../time.js';
import { addressOf, STATES, type RunFilter, type StateFilter } from '../runs/run-filter.js';

const SHOWN: readonly (StateFilter | null)[] = [null, 'succeeded', 'failed', 'running', 'skipped'];

interface ByStateProps {
  readonly total: RunTotal;
  readonly filter: RunFilter;
  readonly path: string;
}

/** How many runs came out how; each number leads to these runs. */
export function ByState({ total, filter, path }: ByStateProps) {
  const { schedule: words, filters } = RUNS;
  const number = (states: readonly RunState[]) =>
    states.reduce((sum, state) => sum + (total.states[state] ?? 0), 0);
  // Most schedules skip nothing.
  const shown = SHOWN.filter(
    (state) => state !== 'skipped' || filter.state === state || number(STATES.skipped) > 0,
  );
  const all = total.runs - number(STATES.planned);
  return (
    <nav class="by-state" aria-label={words.byState}>
      <ul class="plain">
        {shown.map((state) => (
          <li key={state}>
            <a
              href={path + addressOf({ state, from: null, to: null, after: null })}
              aria-current={state === filter.state ? 'true' : undefined}
            >
              {filters[state ?? 'all']}{' '}
              <strong>{counted(state === null ? all : number(STATES[state]))}</strong>
            </a>
          </li>
        ))}
      </ul>
      {total.isMore && <p class="quiet">{words.counted(counted(total.runs))}</p>}
    </nav>
  );
}
