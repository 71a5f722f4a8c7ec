import type { RunTotal } from '../../api/runs.js';
import { RUNS } from '../../texts/runs.js';
import { isTurned, type RunFilter } from './run-filter.js';

/** The service counts no further. */
const MOST_COUNTED = 10_000;

/** Returns `312 runs between 14:00 and 14:10 UTC, 4 failed`. */
export function countWords(total: RunTotal, filter: RunFilter): string {
  const { list } = RUNS;
  if (isTurned(filter)) return list.turned;
  const isAll = filter.state === null;
  const failed = isAll && total.runs > 0 ? list.failed(total.failed) : '';
  return list.first(numberWords(total, filter), rangeWords(filter), failed);
}

function numberWords({ runs, isMore }: RunTotal, { state }: RunFilter): string {
  const { list, counted, kinds } = RUNS;
  const number = counted(runs, state === null ? '' : kinds[state]);
  if (!isMore || runs === 0) return number;
  return runs >= MOST_COUNTED ? list.moreThan(number) : list.atLeast(number);
}

/** Returns ` between 14:00 and 14:10 UTC`, '' where there are no bounds. */
export function rangeWords({ from, to }: Pick<RunFilter, 'from' | 'to'>): string {
  const { list } = RUNS;
  if (from !== null && to !== null)
    return list.between(isSameDay(from, to) ? whole(from) : `${whole(from)} UTC`, end(from, to));
  if (from !== null) return list.since(`${whole(from)} UTC`);
  return to === null ? '' : list.before(`${whole(to)} UTC`);
}

const isSameDay = (one: number, other: number) => dayOf(one) === dayOf(other);
const end = (from: number, to: number) => `${isSameDay(from, to) ? clock(to) : whole(to)} UTC`;
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
const clock = (at: number) => new Date(at).toISOString().slice(11, at % 60_000 === 0 ? 16 : 19);
const whole = (at: number) => `${dayOf(at)} ${clock(at)}`;
