import { useLocation } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import { Button, ButtonLink } from '../../controls/button.js';
import { PATHS } from '../../paths.js';
import { RUNS } from '../../texts/runs.js';
import {
  addressOf,
  fieldText,
  instantOf,
  STATE_FILTERS,
  type RunFilter,
  type StateFilter,
} from './run-filter.js';

/** Which runs are meant. What is chosen becomes the address of the page. */
export function FilterForm({ filter }: { readonly filter: RunFilter }) {
  const { list, filters } = RUNS;
  const { route } = useLocation();
  const textOf = (at: number | null) => (at === null ? '' : fieldText(at));
  const [state, setState] = useState<string>(filter.state ?? '');
  const [from, setFrom] = useState(textOf(filter.from));
  const [to, setTo] = useState(textOf(filter.to));
  const apply = (event: Event) => {
    event.preventDefault();
    const chosen = STATE_FILTERS.find((name) => name === state) ?? null;
    route(PATHS.runs + addressOf({ state: chosen, from: instantOf(from), to: instantOf(to), after: null }));
  };
  const isSet = addressOf({ ...filter, after: null }) !== '';
  const choices: readonly (StateFilter | '')[] = ['', ...STATE_FILTERS];
  return (
    <form class="filters" aria-label={list.filter} onSubmit={apply}>
      <label>
        {list.state}
        <select name="state" value={state} onChange={({ currentTarget }) => setState(currentTarget.value)}>
          {choices.map((name) => (
            <option key={name} value={name}>
              {filters[name === '' ? 'all' : name]}
            </option>
          ))}
        </select>
      </label>
      <label>
        {list.from}
        <input
          type="datetime-local"
          name="from"
          value={from}
          onInput={({ currentTarget }) => setFrom(currentTarget.value)}
        />
      </label>
      <label>
        {list.to}
        <input
          type="datetime-local"
          name="to"
          value={to}
          onInput={({ currentTarget }) => setTo(currentTarget.value)}
        />
      </label>
      <Button type="submit">{list.apply}</Button>
      {isSet && (
        <ButtonLink kind="lite" href={PATHS.runs}>
          {list.clear}
        </ButtonLink>
      )}
    </form>
  );
}
