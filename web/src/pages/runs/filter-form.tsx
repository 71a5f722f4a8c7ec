import { useLocation } from 'preact-iso/router';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button, ButtonLink } from '../../controls/button.js';
import { PATHS } from '../../paths.js';
import { RUNS } from '../../texts/runs.js';
import {
  addressOf,
  fieldText,
  isTurned,
  STATE_FILTERS,
  type RunFilter,
  type StateFilter,
} from './run-filter.js';
import { faultsOf, type TypedTimes } from './typed-times.js';
import { TimeField } from './time-field.js';

const textOf = (at: number | null) => (at === null ? '' : fieldText(at));
const typedOf = ({ from, to }: RunFilter): TypedTimes => ({
  from: { text: textOf(from), isHalf: false },
  to: { text: textOf(to), isHalf: false },
});

/** Which runs are meant. What is chosen becomes the address of the page; what is typed stays until then. */
export function FilterForm({ filter }: { readonly filter: RunFilter }) {
  const { list, filters } = RUNS;
  const { route } = useLocation();
  const address = addressOf({ ...filter, after: null });
  const [state, setState] = useState<string>(filter.state ?? '');
  const [times, setTimes] = useState(() => typedOf(filter));
  const [isAsked, setAsked] = useState(isTurned(filter));
  const select = useRef<HTMLSelectElement>(null);
  const fields = { from: useRef<HTMLInputElement>(null), to: useRef<HTMLInputElement>(null) };
  // The address may change by other means: back, or a link. A half typed date is in the field alone: it is made anew.
  const known = useRef({ address, round: 0 });
  if (known.current.address !== address) {
    known.current = { address, round: known.current.round + 1 };
    setState(filter.state ?? '');
    setTimes(typedOf(filter));
    setAsked(isTurned(filter));
  }
  const isSet = address !== '';
  useFocusWithout(isSet, select);
  const { faults } = faultsOf(times);

  const apply = (event: Event) => {
    event.preventDefault();
    // Browsers say nothing while the first part of a time is typed.
    const isHalf = (name: keyof TypedTimes) => fields[name].current?.validity.badInput ?? false;
    const typed = {
      from: { ...times.from, isHalf: isHalf('from') },
      to: { ...times.to, isHalf: isHalf('to') },
    };
    const read = faultsOf(typed);
    const wrong = read.faults.from ? fields.from : read.faults.to ? fields.to : null;
    setTimes(typed);
    setAsked(wrong !== null);
    if (wrong) return wrong.current?.focus();
    const chosen = STATE_FILTERS.find((name) => name === state) ?? null;
    const next = addressOf({ state: chosen, from: read.from, to: read.to, after: null });
    known.current = { ...known.current, address: next };
    return route(PATHS.runs + next);
  };
  const choices: readonly (StateFilter | '')[] = ['', ...STATE_FILTERS];
  return (
    <form class="run-filters" aria-label={list.filter} noValidate onSubmit={apply}>
      <div class="field">
        <label for="state">{list.state}</label>
        <select
          id="state"
          ref={select}
          value={state}
          onChange={({ currentTarget }) => setState(currentTarget.value)}
        >
          {choices.map((name) => (
            <option key={name} value={name}>
              {filters[name === '' ? 'all' : name]}
            </option>
          ))}
        </select>
      </div>
      {(['from', 'to'] as const).map((name) => (
        <TimeField
          key={`${name}${known.current.round}`}
          id={name}
          label={list[name]}
          input={fields[name]}
          text={times[name].text}
          error={isAsked ? faults[name] : undefined}
          onTyped={(typed) => setTimes((former) => ({ ...former, [name]: typed }))}
        />
      ))}
      <div class="actions">
        <Button type="submit">{list.apply}</Button>
        {isSet && (
          <ButtonLink kind="lite" href={PATHS.runs}>
            {list.clear}
          </ButtonLink>
        )}
      </div>
    </form>
  );
}

/** Whoever has pressed the link that clears the filter goes on at the filter: the link is gone. */
function useFocusWithout(isSet: boolean, place: { readonly current: HTMLElement | null }): void {
  const wasSet = useRef(isSet);
  useLayoutEffect(() => {
    if (wasSet.current && !isSet && document.activeElement === document.body) place.current?.focus();
    wasSet.current = isSet;
  }, [isSet]);
}
