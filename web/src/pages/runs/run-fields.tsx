import { useRef, useState } from 'preact/hooks';
import { RUNS } from '../../texts/runs.js';
import { fieldText, isTurned, STATE_FILTERS, type RunFilter, type StateFilter } from './run-filter.js';
import { TimeField } from './time-field.js';
import { faultsOf, type TypedTimes } from './typed-times.js';
import './run-fields.css';

/** Which runs are chosen, by their result and their time. */
export type ChosenRuns = Pick<RunFilter, 'state' | 'from' | 'to'>;

type TimeName = keyof TypedTimes;

const TIMES = ['from', 'to'] as const satisfies readonly TimeName[];
const textOf = (at: number | null) => (at === null ? '' : fieldText(at));
const typedOf = ({ from, to }: ChosenRuns): TypedTimes => ({
  from: { text: textOf(from), isHalf: false },
  to: { text: textOf(to), isHalf: false },
});

/** Keeps what stands in the fields for a result and a time, until it is read. */
export function useRunFields(filter: ChosenRuns) {
  const [state, setState] = useState(filter.state);
  const [times, setTimes] = useState(() => typedOf(filter));
  const [isAsked, setAsked] = useState(isTurned(filter));
  /** A half typed time is in its field alone: where other times are filled in, the fields are made anew. */
  const [round, setRound] = useState(0);
  const select = useRef<HTMLSelectElement>(null);
  const inputs = { from: useRef<HTMLInputElement>(null), to: useRef<HTMLInputElement>(null) };
  const { from, to, faults } = faultsOf(times);

  const fill = (other: ChosenRuns) => {
    setState(other.state);
    setTimes(typedOf(other));
    setAsked(isTurned(other));
    setRound((former) => former + 1);
  };
  /** Returns what is chosen; where something is wrong null, and the focus goes there. */
  const read = (): ChosenRuns | null => {
    // Browsers say nothing while the first part of a time is typed.
    const isHalf = (name: TimeName) => inputs[name].current?.validity.badInput ?? false;
    const typed = {
      from: { ...times.from, isHalf: isHalf('from') },
      to: { ...times.to, isHalf: isHalf('to') },
    };
    const found = faultsOf(typed);
    const wrong = TIMES.find((name) => found.faults[name]);
    setTimes(typed);
    setAsked(wrong !== undefined);
    if (wrong) inputs[wrong].current?.focus();
    return wrong ? null : { state, from: found.from, to: found.to };
  };
  return {
    chosen: { state, from, to },
    ...{ fill, read, select, inputs, times, round, setState, setTimes },
    faults: isAsked ? faults : {},
  };
}

interface RunFieldsProps {
  readonly fields: ReturnType<typeof useRunFields>;
  /** Stands before the ids of the fields, where a page has them twice. */
  readonly id?: string;
  readonly states?: readonly StateFilter[];
}

/** The fields for a result and a time. */
export function RunFields({ fields, id = '', states = STATE_FILTERS }: RunFieldsProps) {
  const { list, filters } = RUNS;
  const { chosen, select, inputs, times, round, setState, setTimes, faults } = fields;
  return (
    <>
      <div class="field">
        <label for={`${id}state`}>{list.state}</label>
        <select
          id={`${id}state`}
          ref={select}
          value={chosen.state ?? ''}
          onChange={({ currentTarget }) =>
            setState(states.find((name) => name === currentTarget.value) ?? null)
          }
        >
          {(['', ...states] as const).map((name) => (
            <option key={name} value={name}>
              {filters[name === '' ? 'all' : name]}
            </option>
          ))}
        </select>
      </div>
      {TIMES.map((name) => (
        <TimeField
          key={`${name}${round}`}
          id={id + name}
          label={list[name]}
          input={inputs[name]}
          text={times[name].text}
          error={faults[name]}
          onTyped={(typed) => setTimes((former) => ({ ...former, [name]: typed }))}
        />
      ))}
    </>
  );
}
