import { hasRunEnded, hasRunFailed, type RunState } from '../api/runs.js';
import { RUNS } from '../texts/runs.js';

/** The state of a run in a word, with a mark of its own shape: colour says nothing alone. */
export function State({ state }: { readonly state: RunState }) {
  return <span class={`state state-${lookOf(state)}`}>{RUNS.states[state]}</span>;
}

function lookOf(state: RunState): 'open' | 'retrying' | 'failed' | 'unknown' | 'skipped' | 'succeeded' {
  if (state === 'RETRYING') return 'retrying';
  if (state === 'SKIPPED') return 'skipped';
  if (!hasRunEnded(state)) return 'open';
  if (state === 'UNKNOWN') return 'unknown';
  return hasRunFailed(state) ? 'failed' : 'succeeded';
}
