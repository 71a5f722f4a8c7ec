import { TEXTS } from '../texts.js';
import { countOutcomes, type Outcome, type StripRun } from './strip-runs.js';
import './pictures.css';
import { layoutOf, type StripLayout } from './strip-layout.js';
import { HEIGHT, leftOf, pathOf, STEP } from './strip-shape.js';

const OUTCOMES: readonly Outcome[] = ['success', 'failure', 'unknown', 'skipped', 'running'];

/** Returns what a strip says, as a sentence. */
export function stripSentence(runs: readonly StripRun[]): string {
  return TEXTS.strip.sentence(runs.length, countOutcomes(runs));
}

/** The drawing of a strip: a path for each outcome, whatever the number of runs. */
export function StripDrawing({
  runs,
  layout = layoutOf(runs),
  marked,
}: {
  readonly runs: readonly StripRun[];
  readonly layout?: StripLayout;
  readonly marked?: number;
}) {
  const { room, columns, edits } = layout;
  const width = room * STEP;
  return (
    <svg
      class="strip"
      viewBox={`0 -1 ${width} ${HEIGHT + 2}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path class="strip-ground" d={`M0 ${HEIGHT}h${width}`} />
      {marked !== undefined && (
        <path
          class="strip-mark"
          d={`M${leftOf(columns[marked] ?? 0) - 1} -1h${STEP}v${HEIGHT + 2}h-${STEP}z`}
        />
      )}
      {OUTCOMES.map((outcome) => {
        const path = pathOf(runs, columns, outcome);
        return path && <path key={outcome} class={`strip-${outcome}`} d={path} />;
      })}
      {edits.length > 0 && (
        <path class="strip-edit" d={edits.map((column) => `M${column * STEP} -1v${HEIGHT + 2}`).join('')} />
      )}
    </svg>
  );
}

/** A strip within a list: it is looked at and read out, and does nothing. */
export function Strip({ runs }: { readonly runs: readonly StripRun[] }) {
  return (
    <div class="strip-small" role="img" aria-label={stripSentence(runs)}>
      <StripDrawing runs={runs} />
    </div>
  );
}
