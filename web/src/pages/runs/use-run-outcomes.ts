import { useRef } from 'preact/hooks';
import { useResource } from '../../api/resource.js';
import { outcomesRoute, type RunOutcomesAnswer } from '../../api/runs.js';
import { useTaken } from '../../api/taken.js';
import { serviceNow } from '../../time.js';
import { questionOf, type RunFilter } from './run-filter.js';

const EVERY_MS = 30_000;

/** What the picture above a list of runs is drawn from. */
export interface RunOutcomes {
  readonly outcomes: RunOutcomesAnswer['outcomes'];
  /** True while they are those of a former filter. */
  readonly isFormer: boolean;
  /** False until it is known for the first time whether there is a picture; another filter does not change that. */
  readonly isKnown: boolean;
}

/** Asks what became of the calls of a filter's time. Nothing that is quick to read tells it of some results alone. */
export function useRunOutcomes({ state, from, to }: RunFilter, isPaused: boolean): RunOutcomes {
  const path = state === null ? outcomesRoute(questionOf({ state, from, to, after: null })) : null;
  const isOver = to !== null && to < serviceNow();
  const { body, error } = useResource<RunOutcomesAnswer>(path, {
    ...(!isOver && { everyMs: EVERY_MS }),
    isPaused,
  });
  const { shown, isFormer } = useTaken(body, String(path));
  const wasKnown = useRef(false);
  const hasNone = path === null || (error !== null && !body);
  const latest = body ?? shown;
  wasKnown.current ||= hasNone || latest !== undefined;
  const isKnown = wasKnown.current;
  return hasNone
    ? { outcomes: null, isFormer: false, isKnown }
    : { outcomes: latest?.outcomes ?? null, isFormer, isKnown };
}
