import { useLocation } from 'preact-iso/router';
import { useEffect, useRef } from 'preact/hooks';
import type { RunsPage } from '../../api/runs.js';
import { useTaken } from '../../api/taken.js';
import { Button, ButtonLink } from '../../controls/button.js';
import { RUNS } from '../../texts/runs.js';
import { FileLinks } from './file-links.js';
import { addressOf, type RunFilter } from './run-filter.js';
import { RunTable } from './run-table.js';

interface RunListProps {
  /** The newest that was told of the runs that are asked for. */
  readonly latest: RunsPage | undefined;
  readonly filter: RunFilter;
  /** The page's path, to which the filter is added. */
  readonly path: string;
  readonly scheduleId?: string;
  /** What stands instead of a list without runs. */
  readonly nothing: string;
  /** What else takes in what is new. */
  readonly onTake?: () => void;
}

/** Runs page by page. What is being read keeps its place: newer ones are announced and taken in on request. */
export function RunList({ latest, filter, path, scheduleId, nothing, onTake }: RunListProps) {
  const { table } = RUNS;
  const { shown, isFormer, take } = useTaken(latest, path + addressOf(filter), isEmptyPage);
  const top = useTurnedTo(filter, isFormer);
  if (!shown) return null;
  const takeIn = () => {
    take();
    onTake?.();
  };
  const isFirst = filter.after === null;
  const fresh = isFormer || !isFirst ? 0 : freshOf(latest, shown);
  const rows = isFormer ? shown.results : shown.results.map((run) => newestOf(run, latest));
  const isEmpty = rows.length === 0;
  return (
    <section class="run-list" ref={top} tabIndex={-1} aria-label={table.caption}>
      <div class="fresh" role="status">
        {fresh > 0 && (
          <Button kind="emphasized" onPress={takeIn}>
            {table.fresh(fresh)}
          </Button>
        )}
      </div>
      {isEmpty ? (
        <p class="lead">{nothing}</p>
      ) : (
        <RunTable runs={rows} isFormer={isFormer} isOfSchedule={scheduleId !== undefined} />
      )}
      <div class="actions">
        {!isFirst && (
          <ButtonLink href={path + addressOf({ ...filter, after: null })}>{table.newest}</ButtonLink>
        )}
        {shown.after !== null && (
          <ButtonLink href={path + addressOf({ ...filter, after: shown.after })}>
            {isEmpty ? table.further : table.older}
          </ButtonLink>
        )}
        {!isEmpty && scheduleId === undefined && (
          <p class="downloads">
            {RUNS.download} <FileLinks chosen={filter} />
          </p>
        )}
      </div>
      {!isEmpty && shown.after === null && <p class="quiet">{table.kept}</p>}
    </section>
  );
}

/** Returns the place to which a reader is taken who has turned to another page: its beginning. Going back is the browser's. */
function useTurnedTo(filter: RunFilter, isFormer: boolean) {
  const { wasPush = false } = useLocation() as { wasPush?: boolean };
  const top = useRef<HTMLElement>(null);
  const seen = useRef(filter);
  useEffect(() => {
    if (isFormer) return;
    const former = seen.current;
    seen.current = filter;
    const isSameList = addressOf({ ...former, after: null }) === addressOf({ ...filter, after: null });
    if (!isSameList || former.after === filter.after || !wasPush) return;
    top.current?.focus({ preventScroll: true });
    top.current?.scrollIntoView({ block: 'start' });
  }, [isFormer, addressOf(filter)]);
  return top;
}

const isEmptyPage = ({ results }: RunsPage) => results.length === 0;

function freshOf(latest: RunsPage | undefined, { results }: RunsPage): number {
  const known = new Set(results.map(({ runId }) => runId));
  return latest?.results.filter(({ runId }) => !known.has(runId)).length ?? 0;
}

/** A run that is shown and has gone on meanwhile says so in its place. */
function newestOf(run: RunsPage['results'][number], latest: RunsPage | undefined) {
  return latest?.results.find(({ runId }) => runId === run.runId) ?? run;
}
