import type { RunDetail } from '../../api/runs.js';

/** What the cause of an outcome is seen from. */
export type Outcome = Pick<RunDetail, 'action' | 'state' | 'httpStatus' | 'isReported' | 'limits'> & {
  /** What was said at the last transition. */
  readonly text: string;
};

/** Returns the outcome of a run so far. */
export function outcomeOf(run: RunDetail): Outcome {
  const { action, state, httpStatus, isReported, limits, transitions } = run;
  return { action, state, httpStatus, isReported, limits, text: transitions.at(-1)?.text ?? '' };
}
