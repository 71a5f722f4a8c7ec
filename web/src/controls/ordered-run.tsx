import { useEffect, useState } from 'preact/hooks';
import { round, useResource } from '../api/resource.js';
import { hasOperationEnded, type Operation } from '../api/types.js';
import { runPath } from '../paths.js';
import { ORDERED_RUN as words } from '../texts/ordered-run.js';
import { Problem } from './problem.js';

/** Where the service does not say when to ask again. */
const EVERY_MS = 1_000;

interface OrderedRunProps {
  /** Of the operation that waits for the run. */
  readonly path: string;
  readonly onEnded?: (runId: string) => void;
}

/** Says in place what comes of a run that was ordered. */
export function OrderedRun({ path, onEnded }: OrderedRunProps) {
  const [isOver, setOver] = useState(false);
  const { body, error } = useResource<Operation>(path, { everyMs: EVERY_MS, isPaused: isOver });
  const hasEnded = hasOperationEnded(body);
  const runId = body?.['job-results']?.['run-id'];
  useEffect(() => {
    if (!hasEnded) return;
    setOver(true);
    if (runId !== undefined) onEnded?.(runId);
    // What it came to is shown elsewhere on the page too.
    round.set(round.get() + 1);
  }, [hasEnded]);
  if (error && !body) return <Problem error={error} isNews />;
  return (
    <p>
      <span role="status">{body && hasEnded ? outcomeText(body) : words.waits}</span>{' '}
      {hasEnded && runId && <a href={runPath(runId)}>{words.open}</a>}
    </p>
  );
}

function outcomeText({ status, ...ended }: Operation): string {
  if (status === 'canceled') return words.canceled;
  const code = ended['job-status-code'] ?? 0;
  return code >= 200 && code < 300 ? words.done : words.failed(ended['job-results']?.message ?? '');
}
