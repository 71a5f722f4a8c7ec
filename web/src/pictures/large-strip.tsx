import { useLocation } from 'preact-iso/router';
import { useState } from 'preact/hooks';
import { runPath } from '../paths.js';
import { TEXTS } from '../texts.js';
import { RunTable } from './run-table.js';
import { stripSentence, StripDrawing } from './strip.js';
import type { StripRun } from './strip-runs.js';
import { layoutOf, nearest, STRIP_ROOM, type StripLayout } from './strip-layout.js';

/** By how many runs a key moves. */
const MOVES: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 },
  ...{ PageUp: 10, PageDown: -10, Home: -STRIP_ROOM, End: STRIP_ROOM },
};

interface LargeStripProps {
  readonly runs: readonly StripRun[];
  readonly name: string;
  /** Where its runs stand, where not one beside the other. */
  readonly layout?: StripLayout;
}

/** A strip with a run that is chosen: one stop for the keyboard, arrows move, Enter opens. */
export function LargeStrip({ runs, name, layout = layoutOf(runs) }: LargeStripProps) {
  const { route } = useLocation();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const found = runs.findIndex(({ runId }) => runId === chosenId);
  const at = found < 0 ? runs.length - 1 : found;
  const run = runs[at];
  if (!run) return <p class="quiet">{TEXTS.strip.none}</p>;
  const choose = (place: number) =>
    setChosenId(runs[Math.max(0, Math.min(runs.length - 1, place))]?.runId ?? null);
  const press = (event: KeyboardEvent) => {
    const move = MOVES[event.key];
    if (move !== undefined) choose(at + move);
    else if (event.key === 'Enter') route(runPath(run.runId));
    else return;
    event.preventDefault();
  };
  const placeOf = ({ clientX, currentTarget }: MouseEvent) => {
    // It is the strip itself that listens.
    const { left, width } = (currentTarget as HTMLElement).getBoundingClientRect();
    return nearest(layout, Math.floor(((clientX - left) / width) * layout.room));
  };
  const open = (event: MouseEvent) => {
    const pressed = runs[placeOf(event)];
    if (pressed) route(runPath(pressed.runId));
  };
  return (
    <div class="strip-large">
      <div
        class="strip-field"
        role="slider"
        tabIndex={0}
        aria-label={`${name}. ${stripSentence(runs)}`}
        aria-valuemin={1}
        aria-valuemax={runs.length}
        aria-valuenow={at + 1}
        aria-valuetext={TEXTS.strip.run(at + 1, runs.length, run)}
        onKeyDown={press}
        onPointerMove={(event) => choose(placeOf(event))}
        onClick={open}
      >
        <StripDrawing runs={runs} layout={layout} marked={at} />
      </div>
      <p class="strip-said">
        <span>{stripSentence(runs)}</span>
        <a href={runPath(run.runId)}>{TEXTS.strip.run(at + 1, runs.length, run)}</a>
      </p>
      <RunTable runs={runs} name={name} />
    </div>
  );
}
