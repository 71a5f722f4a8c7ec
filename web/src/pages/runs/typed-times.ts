import { RUNS } from '../../texts/runs.js';
import { instantOf, isTurned } from './run-filter.js';

/** What stands in a field for a time. */
export interface TypedTime {
  /** '' where it is empty, and where only a part of a time stands there. */
  readonly text: string;
  readonly isHalf: boolean;
}

export interface TypedTimes {
  readonly from: TypedTime;
  readonly to: TypedTime;
}

interface Read {
  /** Milliseconds, null for a field that is empty or wrong. */
  readonly from: number | null;
  readonly to: number | null;
  readonly faults: { readonly from?: string; readonly to?: string };
}

/** Returns the times of a form, and what is wrong with them. */
export function faultsOf({ from, to }: TypedTimes): Read {
  const { halfTyped, notBefore } = RUNS.list;
  const [begin, end] = [instantOf(from.text), instantOf(to.text)];
  const isWrong = ({ text, isHalf }: TypedTime, at: number | null) => isHalf || (text !== '' && at === null);
  return {
    ...{ from: begin, to: end },
    faults: {
      ...(isWrong(from, begin) && { from: halfTyped }),
      ...(isWrong(to, end) ? { to: halfTyped } : isTurned({ from: begin, to: end }) && { to: notBefore }),
    },
  };
}
