import { PATHS } from '../../paths.js';
import { Outcomes } from '../../pictures/outcomes.js';
import { RUNS } from '../../texts/runs.js';
import { serviceNow, utcDay } from '../../time.js';
import { rangeWords } from './count-words.js';
import { addressOf } from './run-filter.js';
import type { RunOutcomes } from './use-run-outcomes.js';

/** Fewer bars than these are no picture. */
const FEWEST = 5;

const pathOf = (from: number, to: number) => PATHS.runs + addressOf({ state: null, from, to, after: null });

/** The runs of a filter's time by minute or hour: each leads to its runs. Nothing, where there is nothing to compare. */
export function OutcomesOfRuns({ outcomes, isFormer }: Pick<RunOutcomes, 'outcomes' | 'isFormer'>) {
  const { list } = RUNS;
  if (!outcomes || outcomes.called.length < FEWEST) return null;
  const { from, stepMs, called, failed, unknown, isAbout } = outcomes;
  if ([called, failed, unknown].every((counts) => counts.every((count) => count === 0))) return null;
  const to = from + called.length * stepMs;
  const isOpen = to > serviceNow();
  const when = rangeWords({ from, to: isOpen ? null : to }).trim();
  const end = isOpen ? list.endNow : utcDay(new Date(to));
  return (
    <div aria-busy={isFormer || undefined}>
      <Outcomes steps={outcomes} name={list.picture} isAbout={isAbout} hrefOf={pathOf} span={{ when, end }} />
    </div>
  );
}
